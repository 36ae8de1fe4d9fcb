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
    var verdict = new Verdict(sample.truth, sample.predicted, sample.probability);
    String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(sample.png);
    html.open("figure", "class", verdict.style());
    html.empty("img", "src", source, "alt", verdict.inWords(), "loading", "lazy");
    verdict.caption(html);
    html.close("figure");
  }
}
