package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.adapterx.base.Rng;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartForm;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.lang.reflect.Method;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that give every point of a cloud its class. */
class PartsExportTest {
  private static final List<String> CLASSES = List.of("leg", "seat", "base", "shade", "bulb");
  private static final List<Category> KINDS =
      List.of(
          new Category("stool", List.of(0, 1)),
          new Category("lamp", List.of(2, 3)),
          new Category("torch", List.of(4)));

  @TempDir Path folder;

  private static Backbone points(boolean classToken) {
    Backbones.Options options =
        Backbones.Options.builder()
            .precision(Precision.FP32)
            .points(new Backbones.PointOptions(null, null, null, null, null, classToken))
            .build();
    Backbone backbone = Backbones.initial("point_32x4x2_c8_g6k5_24", options, 1);
    Tiny.randomise(backbone.tensors(), 0.2, 4);
    backbone
        .tensors()
        .forEach(
            (name, t) -> {
              if (name.endsWith("running_var")) {
                Tiny.set(t, Init.constant(1.3, t.shape()));
              }
            });
    return backbone;
  }

  private static AdaptedModel attached(
      Backbone backbone, String method, PartForm.Kind kind, boolean told) {
    PartSegmentation plain =
        PartSegmentation.of(
            CLASSES,
            new PartForm(kind, List.of(), 8, 0.5),
            (PointPreprocessing) backbone.preprocessing());
    PartSegmentation task = told ? plain.of(KINDS, true) : plain;
    AdaptedModel model = AdaptedModel.attach(backbone, Methods.entry(method, "test"), task, 1);
    Tiny.randomise(model.trainable(), 0.1, 2);
    model
        .buffers()
        .forEach((name, t) -> Tiny.set(t, Init.normal(Rng.of(5, name), 1, 0.1, t.shape())));
    return model;
  }

  /** Clouds as a task of every point hands them over: groups, points, what each is. */
  private static Tensor asked(Tensor clouds, PointPreprocessing p, float[] kinds) {
    long batch = clouds.size(0);
    Tensor groups = PointGroups.of(clouds, p.groups(), p.neighbours()).view(batch, -1, 3);
    float[] rows = new float[(int) batch * 3];
    for (int i = 0; i < batch; i++) {
      rows[3 * i] = kinds[i];
    }
    return Tensors.cat(1, groups, clouds, Tensors.of(rows, batch, 1, 3));
  }

  @ParameterizedTest
  @CsvSource({
    "adapter-x, POINTS, true, true, 1, false",
    "adapter-x, POINTS, true, true, 4, true",
    "adapter-x, POINT_MAE, true, true, 4, false",
    "adaptformer, POINT_MAE, false, false, 2, false",
    "dapt, POINTS, false, true, 2, false",
    "lora, POINT_MAE, true, false, 3, true",
    "vpt, POINTS, false, false, 2, false",
    "linear-probe, POINTS, false, true, 2, false"
  })
  void scores_of_every_point_are_those_of_libtorch(
      String method, PartForm.Kind kind, boolean told, boolean token, int batch, boolean outside)
      throws Exception {
    try (Backbone backbone = points(token);
        AdaptedModel model = attached(backbone, method, kind, told);
        Scope scope = Scope.withoutGradients()) {
      PointPreprocessing p = (PointPreprocessing) backbone.preprocessing();
      OnnxOptions options = outside ? OnnxOptions.BESIDE.withGroupsOutside() : OnnxOptions.BESIDE;
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "parts", options);
      Tensor clouds = Init.normal(Rng.of(7, "clouds"), 0, 0.3, batch, p.points(), 3);
      float[] kinds = {1, 0, 2, -1};
      Tensor expected = model.logits(asked(clouds, p, kinds), Pass.evaluation());
      assertThat(expected.shape()).containsExactly(batch, CLASSES.size(), p.points());
      try (Session session = Session.open(written.graph())) {
        Tensor found = run(session, model, clouds, kinds, written.adapter());
        assertThat(found.sub(expected).abs().max().item_double()).isLessThan(1e-4);
        assertThat(expected.abs().max().item_double()).isGreaterThan(0.1);
      }
      OnnxCheck.Compared checked = OnnxCheck.of(model, written.graph(), written.adapter());
      assertThat(checked.difference()).isLessThan(1e-4);
      assertThat(checked.agreeing()).isEqualTo(checked.asked()).isEqualTo(4L * 24);
      assertThat(folder.resolve("parts.task.json")).content().contains("\"parts\"", "\"shade\"");
    }
  }

  /** The README's code cuts clouds as the library does. */
  @Test
  void the_example_cuts_the_same_groups() throws Exception {
    try (Backbone backbone = points(true);
        AdaptedModel model = attached(backbone, "lora", PartForm.Kind.POINTS, false);
        Scope scope = Scope.withoutGradients()) {
      OnnxExport.write(model, null, folder, "parts", OnnxOptions.BESIDE.withGroupsOutside());
      Method of = Example.of(folder, "Groups").getMethod("of", float[].class, int.class, int.class);
      for (int seed = 0; seed < 5; seed++) {
        Tensor cloud = Init.normal(Rng.of(seed, "clouds"), 0, 0.05, 1, 40, 3); // some too near
        float[] found = (float[]) of.invoke(null, Tensors.floats(cloud), 6, 5);
        assertThat(found).isEqualTo(Tensors.floats(PointGroups.of(cloud, 6, 5)));
      }
    }
  }

  @Test
  void a_number_that_is_no_category_is_refused() throws Exception {
    try (Backbone backbone = points(true);
        AdaptedModel model = attached(backbone, "adapter-x", PartForm.Kind.POINTS, true);
        Scope scope = Scope.withoutGradients()) {
      OnnxExport.Written written =
          OnnxExport.write(model, null, folder, "parts", OnnxOptions.BESIDE);
      Tensor clouds = Init.normal(Rng.of(7, "clouds"), 0, 0.3, 1, 24, 3);
      try (Session session = Session.open(written.graph())) {
        assertThatThrownBy(() -> run(session, model, clouds, new float[] {3}, written.adapter()))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("out of data bounds");
      }
    }
  }

  private static Tensor run(
      Session session, AdaptedModel model, Tensor clouds, float[] kinds, Path adapter)
      throws OrtException {
    PointPreprocessing p = (PointPreprocessing) model.backbone().preprocessing();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    long batch = clouds.size(0);
    long[] numbers = new long[(int) batch];
    for (int i = 0; i < batch; i++) {
      numbers[i] = (long) kinds[i];
    }
    Tensor groups = PointGroups.of(clouds, p.groups(), p.neighbours());
    long[] shape = {batch, CLASSES.size(), p.points()};
    try (OnnxTensor points = Session.tensor(clouds);
        OnnxTensor around = Session.tensor(groups);
        OnnxTensor what =
            OnnxTensor.createTensor(env, LongBuffer.wrap(numbers), new long[] {batch})) {
      Map<String, OnnxTensor> all = Map.of("points", points, "groups", around, "category", what);
      return session.asked(all, adapter, "logits", shape);
    }
  }
}
