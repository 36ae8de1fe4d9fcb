package dev.adapterx.train.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few pictures with what they are and what they were taken for; where the method routes, each
 * patch in the colour of the expert that it went to in the block chosen.
 *
 * @param intro what was chosen to be shown, in words
 * @param experts how many a block has, at most 256; 0 if the method does not route
 */
public record Samples(String intro, List<Sample> samples, int experts) implements Section {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /**
   * One picture.
   *
   * @param png the picture as a PNG file, embedded as it is; not copied
   * @param patches where its patches went, which must cover all of the picture; absent if nothing
   *     is routed
   */
  @SuppressWarnings("ArrayRecordComponent") // a file's bytes; compared nowhere
  public record Sample(byte[] png, String truth, List<Answer> answers, @Nullable PatchMap patches) {
    public Sample {
      answers = List.copyOf(answers);
      if (png.length < PNG.length || !Arrays.equals(PNG, Arrays.copyOf(png, PNG.length))) {
        throw new IllegalArgumentException("A sample's picture must be a PNG file");
      }
    }

    /** Of one model that does not route. */
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
          throw new IllegalArgumentException("Expected patches of each picture; none of " + i);
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
      routed(html);
    }
    html.open("div", "class", "samples");
    samples.forEach(sample -> figure(html, sample));
    html.close("div");
    return (experts > 0 ? html.close("div") : html).toString();
  }

  private void routed(Html html) {
    html.open("div", "class", "patches").open("noscript");
    html.element("p", "Where the patches went is drawn by JavaScript, which is off here.");
    html.close("noscript").open("div", "class", "controls", "hidden", "");
    html.open("p", "class", "set");
    String words = "Colours: the expert that got most of a patch’s tokens in block ";
    ExpertKeys.chooser(html, words, blocks(samples) - 1);
    ExpertKeys.box(html, " the pictures alone", false);
    html.close("p");
    ExpertKeys.legend(html, experts);
    html.element(
        "p",
        "Each picture as the model sees it, cut and scaled. Pick an expert to see its patches alone.",
        "class",
        "key");
    html.close("div");
  }

  private static void figure(Html html, Sample sample) {
    var verdict = new Verdict(sample.truth, sample.answers);
    String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(sample.png);
    html.open("figure", "class", verdict.style());
    if (sample.patches == null) {
      html.empty("img", "src", source, "alt", verdict.inWords(), "loading", "lazy");
    } else {
      html.open("div", "class", "view");
      html.empty("img", "src", source, "alt", verdict.inWords(), "loading", "lazy");
      html.open(
          "canvas",
          "hidden",
          "",
          "aria-hidden",
          "true",
          "width",
          sample.patches.columns(),
          "height",
          sample.patches.rows(),
          "data-experts",
          Base64.getEncoder().encodeToString(sample.patches.packed()));
      html.close("canvas").close("div");
    }
    verdict.caption(html);
    html.close("figure");
  }
}
