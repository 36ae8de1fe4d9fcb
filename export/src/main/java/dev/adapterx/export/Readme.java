package dev.adapterx.export;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.StringJoiner;

/** How to run what was written, for people. */
final class Readme {
  private static final String PICTURES =
      """
      An image: resize it (`crop: center` the shorter side to `resize`, `crop: squash` both), cut out the middle `size` × `size`, divide each of red, green and
      blue by 255, subtract `mean`, divide by `std`, and put the three planes behind one another.""";

  private static final String CLOUDS =
      """
      A cloud: draw N points (farthest ones first), and with `normalisation: unit-sphere` subtract their mean and divide by the largest length.""";

  private Readme() {}

  /**
   * The text.
   *
   * @param graph name of the graph's file
   * @param name of the adapter
   */
  static String of(
      String graph, String name, ExportedGraph exported, AdaptedModel model, boolean merged) {
    boolean clouds = model.backbone().preprocessing() instanceof PointPreprocessing;
    StringJoiner more = new StringJoiner("");
    if (MapHead.fits(model)) {
      more.add(text("cells.md"));
    } else if (BoxHead.fits(model)) {
      more.add(text("boxes.md"));
    } else if (PartHead.fits(model)) {
      more.add(text("parts.md"));
    }
    String input = exported.given().get(0).name();
    if (input.equals(PointStem.GROUPS)) {
      more.add(text("groups.md"));
    }
    String outputs =
        model.hasClassHead()
            ? "The output `logits` is fp32 of (batch, classes); softmax makes probabilities of it."
            : "What the outputs are is told at the end.";
    String plain =
        text(merged ? "merged.md" : "adapters.md")
            .replace("OUTPUTS", outputs)
            .replace("PREPARED", clouds ? CLOUDS : PICTURES)
            .replace("GIVEN", clouds ? "a cloud" : "an image");
    return (clouds ? ofClouds(plain, input, exported) : plain)
        .replace("MORE", more.toString())
        .replace("GRAPH", graph)
        .replace("ADAPTER", name);
  }

  /** The examples with another input, of a shape that is known. */
  private static String ofClouds(String text, String input, ExportedGraph exported) {
    StringJoiner shape = new StringJoiner(", ");
    exported.given().get(0).shape().forEach(extent -> shape.add(Long.toString(Math.abs(extent))));
    return text.replace("pixels", input)
        .replace("batch, 3, size, size", shape.toString().replaceFirst("1", "batch"))
        .replace("1, 3, size, size", shape.toString());
  }

  private static String text(String resource) {
    try (InputStream in = Readme.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(in, resource).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + resource + ": " + Reason.of(e), e);
    }
  }
}
