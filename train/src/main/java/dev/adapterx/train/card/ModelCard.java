package dev.adapterx.train.card;

import dev.adapterx.peft.ParameterReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The content of {@code README.md} beside an adapter, in the form of Hugging Face's model cards: a
 * YAML header for machines, then method, counts, result, use and data for readers. It contains no
 * path of the machine it was written on, and the same run has the same card.
 *
 * @param title for example {@code Adapter-X on flowers}
 * @param method its display name
 * @param name of the method in recipes
 * @param settings the method's, as YAML
 * @param kind of input
 * @param base the backbone it was trained on
 * @param counts of parameters
 * @param input description of the preprocessing
 * @param classes in the order of their indices
 * @param training description of the training
 * @param data description of the data, by split
 * @param result measured accuracy by split; only of splits that were evaluated
 */
public record ModelCard(
    String title,
    String method,
    String name,
    String settings,
    CardKind kind,
    Base base,
    ParameterReport counts,
    String input,
    List<String> classes,
    String training,
    Map<String, String> data,
    List<? extends CardResult> result) {
  private static final int MOST_CLASSES = 40;

  public ModelCard {
    classes = List.copyOf(classes);
    result = List.copyOf(result);
  }

  /** The card. */
  public String text() {
    return new FrontMatter(this).text()
        + "\n# "
        + Markdown.line(title)
        + "\n\n"
        + intro()
        + summary()
        + results()
        + use()
        + how()
        + licence();
  }

  String task() {
    return kind.task();
  }

  boolean hasPipeline() {
    return kind.pipeline();
  }

  private String intro() {
    return """
        What was trained of a frozen vision backbone to tell %d classes of %s apart. It is no model of its own:
        it is loaded onto the backbone named below, which it leaves as it is.

        """
        .formatted(classes.size(), kind.noun());
  }

  private String summary() {
    String trained =
        "%s parameters, %s %% of the backbone: %s of the method, %s of the head"
            .formatted(
                whole(counts.trainable()),
                significant(counts.trainablePercent()),
                whole(counts.peft()),
                whole(counts.head()));
    String stored =
        "%s values in %s bytes".formatted(whole(counts.stored()), whole(counts.storedBytes()));
    return Markdown.table(
            List.of("", ""),
            List.of(
                List.of("method", method + " (`" + name + "`)"),
                List.of("backbone", base.words()),
                List.of("trained", trained),
                List.of("stored", stored),
                List.of("input", input),
                List.of("classes", named())))
        + "\n";
  }

  private String named() {
    List<String> shown = classes.subList(0, Math.min(classes.size(), MOST_CLASSES));
    int more = classes.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }

  private String results() {
    if (result.isEmpty()) {
      return "## Result\n\nNot measured: there was no test split, and no part held out.\n\n";
    }
    StringBuilder text = new StringBuilder("## Result\n\n");
    for (CardResult measured : result) {
      text.append(measured.sentence(kind.noun())).append("\n\n");
      if (classes.size() <= MOST_CLASSES) {
        text.append(measured.perClass(classes)).append('\n');
      }
    }
    return text.toString();
  }

  private String use() {
    return "## Use\n\n" + base.use(kind.example()) + "\n";
  }

  private String how() {
    String splits =
        data.entrySet().stream()
            .map(split -> "- " + split.getKey() + ": " + Markdown.line(split.getValue()) + "\n")
            .collect(Collectors.joining());
    return "## Training\n\n"
        + Markdown.line(training)
        + "\n\n"
        + Markdown.code("yaml", settings)
        + (splits.isEmpty() ? "" : "\nData:\n\n" + splits)
        + "\n";
  }

  private static String licence() {
    return """
        ## Licence

        Not stated. Choose one before you publish this adapter, and add it to the header as `license:`; the backbone
        and the data have licences of their own.
        """;
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String significant(double percent) {
    return String.format(Locale.ROOT, percent < 1 ? "%.3f" : "%.1f", percent);
  }
}
