package dev.adapterx.train.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A few inputs with what they are and what they were taken for. */
public record Samples(List<Sample> samples) implements Section {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /**
   * One input.
   *
   * @param png the picture as a PNG file, embedded as it is; not copied
   * @param probability the model's, of {@code predicted}, 0 … 1
   */
  @SuppressWarnings("ArrayRecordComponent") // a file's bytes; compared nowhere
  public record Sample(byte[] png, String truth, String predicted, double probability) {
    public Sample {
      if (png.length < PNG.length || !Arrays.equals(PNG, Arrays.copyOf(png, PNG.length))) {
        throw new IllegalArgumentException("A sample's picture must be a PNG file");
      }
    }

    /** Whether the prediction is right. */
    public boolean correct() {
      return truth.equals(predicted);
    }
  }

  public Samples {
    samples = List.copyOf(samples);
  }

  @Override
  public String heading() {
    return "Samples";
  }

  @Override
  public boolean empty() {
    return samples.isEmpty();
  }

  @Override
  public String body() {
    long right = samples.stream().filter(Sample::correct).count();
    var html = new Html();
    html.element("p", right + " of these " + samples.size() + " are right.");
    html.open("div", "class", "samples");
    samples.forEach(sample -> figure(html, sample));
    return html.close("div").toString();
  }

  private static void figure(Html html, Sample sample) {
    String mark = sample.correct() ? "✓ right" : "✗ wrong";
    String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(sample.png);
    String alternative = "True class %s, predicted %s".formatted(sample.truth, sample.predicted);
    html.open("figure", "class", sample.correct() ? "right" : "wrong");
    html.empty("img", "src", source, "alt", alternative, "loading", "lazy");
    html.open("figcaption").open("span", "class", "verdict").text(mark).close("span");
    html.element("span", " " + Figures.percent(sample.probability, 0), "class", "probability");
    label(html, "true ", sample.truth);
    label(html, "predicted ", sample.predicted);
    html.close("figcaption").close("figure");
  }

  private static void label(Html html, String what, String name) {
    html.open("span", "class", "label").text(what).element("b", name).close("span");
  }
}
