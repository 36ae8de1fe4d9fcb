package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.adapterx.cli.terminal.Screen;
import dev.adapterx.cli.terminal.Stop;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Commands, recipes and links that documents show are such as the program takes and finds. */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|yaml)\n(.*?)^```$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  /** Something shown, and where. */
  record Shown(String document, String text) {}

  static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static List<Shown> blocks(String language) throws IOException {
    List<Shown> blocks = new ArrayList<>();
    for (Path document : documents()) {
      Matcher block = BLOCK.matcher(Files.readString(document));
      while (block.find()) {
        if (block.group(1).equals(language)) {
          blocks.add(new Shown(ROOT.relativize(document).toString(), block.group(2)));
        }
      }
    }
    return blocks;
  }

  /** Lines of {@code ./adapterx}, but for bench, which is a program of its own. */
  static List<Shown> commands() throws IOException {
    return blocks("sh").stream()
        .flatMap(
            block ->
                block
                    .text()
                    .replace("\\\n", " ")
                    .replaceAll("\\$\\([^)]*\\)", "some")
                    .lines()
                    .map(line -> line.replaceFirst("(^|\\s)#.*", ""))
                    .flatMap(line -> Arrays.stream(line.split("&&|;|\\|")))
                    .map(String::strip)
                    .filter(line -> line.startsWith("./adapterx "))
                    .map(line -> new Shown(block.document(), line)))
        .filter(shown -> !shown.text().startsWith("./adapterx bench"))
        .toList();
  }

  static List<Shown> recipes() throws IOException {
    return blocks("yaml");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_shown_is_one_the_program_takes(Shown shown) {
    String[] words =
        WORD.matcher(shown.text().substring("./adapterx ".length()))
            .results()
            .map(m -> m.group().replaceAll("^['\"]|['\"]$", ""))
            .toArray(String[]::new);
    CommandLine line =
        new CommandLine(new Main(InputStream.nullInputStream(), new Stop(), Screen.NONE))
            .setCaseInsensitiveEnumValuesAllowed(true);

    assertThatCode(() -> line.parseArgs(words)).as("%s", shown).doesNotThrowAnyException();
    assertThatCode(() -> read(words, shown.document())).as("%s", shown).doesNotThrowAnyException();
  }

  /** Reads the recipe of the command with the changes it makes to it. */
  private static void read(String[] words, String document) {
    Path recipe = ROOT.resolve(words.length > 1 ? words[1] : "");
    boolean known = recipe.toString().endsWith(".yaml") && Files.exists(recipe);
    List<String> keys = new ArrayList<>(known ? List.of() : List.of("train.warmup-epochs=0"));
    Stream.of(words)
        .filter(word -> word.matches("[a-z-]+(\\.[a-z0-9-]+)*=.*"))
        .map(word -> word.replaceAll("\\$\\w+", "1"))
        .filter(word -> known || !word.startsWith("method."))
        .forEach(keys::add);
    if (words[0].equals("pretrain")) {
      PretrainRecipe.read(known ? text(recipe) : "", keys, document);
    } else {
      Recipe.read(known ? text(recipe) : "", keys, document);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void a_recipe_shown_is_one_the_program_takes(Shown shown) {
    assertThatCode(
            () -> {
              if (shown.text().contains("preset: point_")) {
                PretrainRecipe.read(shown.text(), List.of(), shown.document());
              } else {
                Recipe.read(shown.text(), List.of(), shown.document());
              }
            })
        .as("%s", shown)
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void a_file_linked_to_is_there(Path document) throws IOException {
    Matcher link = LINK.matcher(Files.readString(document));
    while (link.find()) {
      Path target = document.resolveSibling(link.group(1));
      assertThat(target).as("%s in %s", link.group(), document).exists();
      String place = link.group(2);
      if (place != null && target.toString().endsWith(".md")) {
        assertThat(headings(target)).as("%s in %s", link.group(), document).contains(place);
      }
    }
  }

  /** As they are linked to: lower case, dashes for spaces, nothing else. */
  private static List<String> headings(Path document) throws IOException {
    return Files.readString(document)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> "#" + line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void a_message_looked_up_is_one_the_program_has() throws IOException {
    StringBuilder said = new StringBuilder(text(ROOT.resolve("adapterx")));
    for (String room :
        List.of(
            "base", "core", "data", "scenes", "infer", "dense", "serve", "train", "export",
            "cli")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(room + "/src/main/java"))) {
        files.filter(Files::isRegularFile).map(DocumentedCommandsTest::text).forEach(said::append);
      }
    }
    String sources = said.toString().replaceAll("\"\\s*\\+\\s*\"", "");
    Matcher message =
        Pattern.compile("(?m)^\\| `([^`]*)`")
            .matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")));
    int found = 0;
    while (message.find()) {
      for (String part : message.group(1).split("…")) {
        String words = part.replaceAll("^[ '():,]+|[ '():,]+$", "");
        assertThat(sources.contains(words)).as("'%s' of %s", words, message.group(1)).isTrue();
      }
      found++;
    }
    assertThat(found).isGreaterThan(10);
  }

  @Test
  void every_document_is_linked_from_the_readme() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    for (Path document : documents()) {
      if (!document.endsWith("README.md")) {
        assertThat(readme).contains("docs/" + document.getFileName());
      }
    }
  }
}
