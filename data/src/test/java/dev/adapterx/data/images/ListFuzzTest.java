package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.testing.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged lists of images, and what a check makes of damaged headers. */
class ListFuzzTest {
  @TempDir Path folder;

  @Test
  void lists_of_paths_and_labels() throws IOException {
    Files.createDirectories(folder.resolve("images/b c"));
    Files.write(folder.resolve("images/a.png"), new byte[1]);
    Files.write(folder.resolve("images/b c/d.jpg"), new byte[1]);
    String list = "a.png 0\nb c/d.jpg 2\n\na.png 1\nb c/d.jpg 0\n";
    Fuzz.Tally tally =
        new Fuzz("list.txt", bytes(list), 500)
            .reading(
                DataException.class,
                mutant -> {
                  Path file = Files.write(folder.resolve("list.txt"), mutant);
                  FileDataset data =
                      ListFile.open(file, folder.resolve("images"), List.of("x", "y", "z"));
                  int missing = 0; // a changed path may name anything; such samples are broken
                  for (FileDataset.Sample sample : data.samples()) {
                    if (Files.isRegularFile(sample.file())) {
                      assertThat(sample.file()).startsWith(folder.resolve("images"));
                    } else {
                      missing++;
                    }
                  }
                  assertThat(missing).isLessThanOrEqualTo(data.size() / 4);
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
  }

  @Test
  void lists_as_json() {
    String list = "{\"a.png\": 3,\n \"b c/d.jpg\": 17,\n \"\\u00e9/\\\"x.png\": 0}\n";
    new Fuzz("list.json", bytes(list), 500)
        .reading(
            DataException.class,
            mutant -> JsonLists.read(Files.write(folder.resolve("list.json"), mutant)));
  }

  @Test
  void names_of_classes() {
    new Fuzz("classes.txt", bytes("ant\nbee hive\n\u00e9lan\n\nx_y-z\n"), 400)
        .reading(
            DataException.class,
            mutant -> ClassNames.read(Files.write(folder.resolve("classes.txt"), mutant)));
  }

  /** A header of no sense is no error: the check then asks the decoder. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "420.jpg",
        "palette2.png",
        "animated.gif",
        "rgb24.bmp",
        "lossy.webp",
        "lossless-alpha.webp"
      })
  void headers_of_images(String name) throws IOException {
    byte[] original;
    try (var in = ListFuzzTest.class.getResourceAsStream("/golden/images/decode/" + name)) {
      original = in.readAllBytes();
    }
    new Fuzz("header of " + name, original, 200)
        .reading(DataException.class, mutant -> ImageHeader.read(new ByteArrayInputStream(mutant)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
