package dev.adapterx.train.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few images with their labels and predictions; with routing, each patch in the colour of the
 * expert that it was routed to in the chosen block.
 *
 * @param intro which samples are shown
 * @param experts number per block, at most 256; 0 without routing
 */
public record Samples(String intro, List<Sample> samples, int experts) implements Section {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /**
   * One image.
   *
   * @param png the image as a PNG file, embedded as it is; not copied
   * @param patches the routing of its patches, which must cover the whole image; absent without
   *     routing
   */
  @SuppressWarnings("ArrayRecordComponent") // a file's bytes; compared nowhere
  public record Sample(byte[] png, String truth, List<Answer> answers, @Nullable PatchMap patches) {
    public Sample {
      answers = List.copyOf(answers);
      if (png.length < PNG.length || !Arrays.equals(PNG, Arrays.copyOf(png, PNG.length))) {
        throw new IllegalArgumentException("A sample's image must be a PNG file");
      }
    }

    /** A sample of a single model without routing. */
    public Sample(byte[] png, String truth, String predicted, double probability) {
      this(png, truth, List.of(Answer.of(predicted, probability)), null);
    }
  }

  public Samples {
    samples = List.copyOf(samples);
    ExpertKeys.require(experts);
    if (experts > 0) {
      for (int i = 0; i < samples.size(); i++) {
        PatchMap patches = samples.get(i).patches;
        if (patches == null) {
          throw new IllegalArgumentException("Expected patches for each image; none for " + i);
        }
        patches.require(i, blocks(samples), experts);
      }
    }
  }

  private static int blocks(List<Sample> samples) {
    PatchMap first = samples.get(0).patches;
    return first == null ? 0 : first.expert().length;
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
    var html = new Html();
    html.element("p", intro);
    if (experts > 0) {
      PatchMap.controls(html, blocks(samples), experts);
    }
    html.open("div", "class", "samples");
    samples.forEach(sample -> figure(html, sample));
    html.close("div");
    return (experts > 0 ? html.close("div") : html).toString();
  }

  private static void figure(Html html, Sample sample) {
    var verdict = new Verdict(sample.truth, sample.answers);
    String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(sample.png);
    html.open("figure", "class", verdict.style());
    if (sample.patches == null) {
      html.empty("img", "src", source, "alt", verdict.inWords(), "loading", "lazy");
    } else {
      sample.patches.view(html, source, verdict.inWords());
    }
    verdict.caption(html);
    html.close("figure");
  }
}
