package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.detect.BoxForm;
import dev.adapterx.dense.detect.Detected;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.score.Found;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that say of every place of a pyramid what is there. */
class DetectionExportTest {
  private static final List<String> CLASSES = List.of("red", "white", "platelet");

  @TempDir Path folder;

  private static AdaptedModel attached(Backbone backbone, String method, int convs, int levels) {
    Detection task = Detection.of(CLASSES, new BoxForm(32, convs, levels), backbone, 0);
    AdaptedModel model = AdaptedModel.attach(backbone, Methods.entry(method, "test"), task, 1);
    Tiny.randomise(model.trainable(), 0.1, 2);
    return model;
  }

  private static Backbone vit() {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    return Tiny.vit("vit_32x4x2_patch8_32", options, 1);
  }

  private void assertSame(AdaptedModel model, OnnxOptions options, int batch) throws Exception {
    Path to = folder.resolve("batch" + batch);
    OnnxExport.Written written = OnnxExport.write(model, null, to, "cells", options);
    try (Session session = Session.open(written.graph());
        Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(model.backbone(), batch);
      Outputs expected = model.outputs(input, Pass.evaluation());
      assertThat(session.outputs()).contains("logits", "distances", "centre");
      for (String output : List.of("logits", "distances", "centre")) {
        Tensor known = output.equals("logits") ? expected.scores() : expected.get(output);
        Tensor found = session.asked(input, written.adapter(), output, known.shape());
        assertThat(found.sub(known).abs().max().item_double()).as(output).isLessThan(1e-4);
        assertThat(known.abs().max().item_double()).as(output).isGreaterThan(0.05);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "adapter-x, 2, 3, 1",
    "adapter-x, 1, 4, 3",
    "lora, 0, 4, 3",
    "vpt, 2, 3, 3",
    "linear-probe, 1, 3, 2"
  })
  void outputs_of_every_place_are_those_of_libtorch(String method, int convs, int levels, int batch)
      throws Exception {
    try (Backbone vit = vit();
        AdaptedModel model = attached(vit, method, convs, levels)) {
      assertSame(model, OnnxOptions.BESIDE, batch);
    }
  }

  @Test
  void windows_and_a_merged_adapter() throws Exception {
    try (Backbone swin = Tiny.swin(Precision.FP32);
        AdaptedModel pictures = attached(swin, "adaptformer", 1, 3);
        Backbone vit = vit();
        AdaptedModel merged = attached(vit, "lora", 1, 3)) {
      assertSame(pictures, OnnxOptions.BESIDE, 2);
      Path to = folder.resolve("batch2");
      OnnxCheck.Compared checked =
          OnnxCheck.of(pictures, to.resolve("backbone.onnx"), to.resolve("cells.onnx_adapter"));
      assertThat(checked.difference()).isLessThan(1e-4);
      assertThat(checked.agreeing()).isEqualTo(checked.asked()).isGreaterThan(100);
      assertSame(merged, OnnxOptions.MERGED, 3);
    }
  }

  /** The README's code makes the boxes of them that the library does. */
  @Test
  void the_example_finds_the_same_boxes() throws Exception {
    try (Backbone vit = vit();
        AdaptedModel model = attached(vit, "adapter-x", 1, 3);
        Scope scope = Scope.withoutGradients()) {
      OnnxExport.Written written =
          OnnxExport.write(model, null, folder, "cells", OnnxOptions.BESIDE);
      Method of =
          Example.of(folder, "Boxes")
              .getMethod(
                  "of",
                  float[][].class,
                  float[][].class,
                  float[].class,
                  int[].class,
                  double[].class,
                  int.class);
      Tensor input = Tiny.input(vit, 1);
      Outputs outputs = model.outputs(input, Pass.evaluation());
      @SuppressWarnings("unchecked")
      List<Detected> expected = (List<Detected>) model.task().predictions(outputs);
      assertThat(expected.get(0).found()).hasSizeGreaterThan(5);
      try (Session session = Session.open(written.graph())) {
        long[] shape = outputs.scores().shape();
        List<?> found =
            (List<?>)
                of.invoke(
                    null,
                    rows(session.asked(input, written.adapter(), "logits", shape)),
                    rows(
                        session.asked(
                            input, written.adapter(), "distances", new long[] {1, 84, 4})),
                    Tensors.floats(
                        session.asked(input, written.adapter(), "centre", new long[] {1, 84})),
                    new int[] {8, 4, 2},
                    new double[] {4, 8, 16},
                    32);
        assertThat(found).hasSameSizeAs(expected.get(0).found());
        for (int i = 0; i < found.size(); i++) {
          Found<Box> known = expected.get(0).found().get(i);
          assertThat((Integer) value(found.get(i), "label")).isEqualTo(known.label());
          assertThat((Double) value(found.get(i), "score")).isCloseTo(known.score(), within(1e-5));
          assertThat((Double) value(found.get(i), "x1"))
              .isCloseTo(known.place().x1(), within(1e-3));
          assertThat((Double) value(found.get(i), "y2"))
              .isCloseTo(known.place().y2(), within(1e-3));
        }
      }
    }
  }

  private static Object value(Object box, String name) throws ReflectiveOperationException {
    return box.getClass().getMethod(name).invoke(box);
  }

  private static float[][] rows(Tensor x) {
    float[] all = Tensors.floats(x);
    int width = (int) x.size(2);
    float[][] rows = new float[all.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return rows;
  }

  @Test
  void what_a_program_needs_to_decode_them_lies_beside() {
    try (Backbone vit = vit();
        AdaptedModel model = attached(vit, "adapter-x", 1, 4)) {
      OnnxExport.write(model, null, folder, "cells", OnnxOptions.BESIDE);
      assertThat(folder.resolve("backbone.json"))
          .content()
          .containsIgnoringWhitespaces(
              """
              "levels": [ {"side": 8, "stride": 4.0}, {"side": 4, "stride": 8.0},
                          {"side": 2, "stride": 16.0}, {"side": 1, "stride": 32.0} ]""")
          .containsIgnoringWhitespaces("\"distances\": [\"batch\", \"85\", \"4\"]");
      assertThat(folder.resolve("cells.task.json"))
          .content()
          .containsIgnoringWhitespaces("\"task\": \"detection\"", "\"platelet\"", "\"window\": 32");
      assertThat(folder.resolve("README.md"))
          .content()
          .contains("non-maximum suppression", "class Boxes");
    }
  }
}
