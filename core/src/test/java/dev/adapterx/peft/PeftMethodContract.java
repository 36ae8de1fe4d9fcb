package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every method promises, on a backbone of two blocks and width 32: a vision transformer unless
 * told otherwise.
 */
public abstract class PeftMethodContract {
  private static final int BATCH = 4;

  protected abstract PeftMethod method();

  /** Whether the method does nothing at all before it is trained. */
  protected abstract boolean isIdentityAtStart();

  /** Whether a plain backbone's weights can take over what the method does. */
  protected boolean isMergeable() {
    return false;
  }

  /** Tensors that a head on the class token cannot teach. */
  protected Set<String> unreached() {
    return Set.of();
  }

  /** Tensors whose gradients are 0 but for rounding: what a batch norm removes again. */
  protected Set<String> idle() {
    return Set.of();
  }

  /** Names of what an adapter file has: everything trained and buffers, unless a method packs. */
  protected List<String> kept(AdaptedModel model) {
    return model.trainable().and(model.buffers()).names();
  }

  /** Names the initial values. */
  protected long seed() {
    return 1;
  }

  /** What the method is put around. */
  protected Backbone backbone(Precision precision) {
    return Tiny.vit(precision);
  }

  /** A model and the frozen backbone under it, freed together. */
  private record Fixture(Scope scope, Backbone backbone, AdaptedModel model)
      implements AutoCloseable {
    @Override
    public void close() {
      model.close();
      backbone.close();
      scope.close();
    }
  }

  private Fixture fixture(Precision precision) {
    Scope scope = Scope.open();
    Backbone backbone = backbone(precision);
    return new Fixture(scope, backbone, attached(backbone, seed()));
  }

  private AdaptedModel attached(Backbone backbone, long seed) {
    return AdaptedModel.attach(backbone, method(), Classification.of(Tiny.LABELS), seed);
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void starts_where_the_frozen_backbone_is(Precision precision) {
    try (Fixture f = fixture(precision);
        AdaptedModel probe =
            AdaptedModel.attach(f.backbone, new LinearProbe(), Classification.of(Tiny.LABELS), 1)) {
      float[] found = flat(f.model, BATCH);
      boolean isSame =
          Arrays.equals(found, flat(probe, BATCH)) || Arrays.equals(found, ofAllTokens(probe));
      assertThat(isSame).isEqualTo(isIdentityAtStart());
    }
  }

  /** With the tokens of the last block that the head does not read, as some methods compute it. */
  private static float[] ofAllTokens(AdaptedModel probe) {
    try (Scope scope = Scope.withoutGradients()) {
      Backbone frozen = probe.backbone();
      Pass pass = Pass.evaluation();
      Features all =
          frozen.features(Tiny.input(frozen, BATCH), BackboneTuner.NONE, pass, Reads.patches());
      return Tensors.floats(probe.logitsOf(all.pooled(), pass));
    }
  }

  /** Why a forward pass cannot be rehearsed without values; absent where it can. */
  protected @Nullable String needsValues() {
    return null;
  }

  /**
   * On the device of shapes without values any tensor that is left on the processor, and any value
   * that is read, ends the pass.
   */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void a_walk_stays_on_its_device_and_reads_nothing_back(Precision precision) {
    Assumptions.assumeTrue(needsValues() == null, this::needsValues);
    try (Fixture f = fixture(precision)) {
      Map<String, Tensor> there = new LinkedHashMap<>();
      f.backbone.tensors().forEach((name, t) -> there.put(name, Device.META.place(t)));
      try (Backbone rehearsed = f.backbone.over(NamedTensors.of(there));
          AdaptedModel model = attached(rehearsed, seed())) {
        model
            .trainable()
            .and(model.buffers())
            .forEach((name, t) -> assertThat(Device.of(t)).as(name).isEqualTo(Device.META));
        Pass pass = Pass.training(Rng.of(1, "walk"), 0.1);
        Tensor logits = model.logits(Tiny.input(rehearsed, BATCH), pass);
        assertThat(Device.of(logits)).isEqualTo(Device.META);
        assertThat(logits.shape()).containsExactly(BATCH, Tiny.LABELS.size());
        pass.auxiliaryLoss().ifPresent(loss -> assertThat(Device.of(loss)).isEqualTo(Device.META));
        Tensor evaluated = model.logits(Tiny.input(rehearsed, 2), Pass.evaluation());
        assertThat(evaluated.shape()).containsExactly(2, Tiny.LABELS.size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void only_adapter_and_head_get_gradients(Precision precision) {
    try (Fixture f = fixture(precision)) {
      step(f.model, 0); // what is zero at the start hides its partners' gradients
      Tiny.descend(f.model.trainable(), 0.1);
      step(f.model, 1);
      f.backbone
          .tensors()
          .forEach(
              (name, frozen) -> {
                assertThat(frozen.requires_grad()).as(name).isFalse();
                assertThat(Tiny.grad(frozen)).as(name).isNull();
              });
      Map<String, float[]> grads = Tiny.grads(f.model.trainable());
      assertThat(grads).containsOnlyKeys(f.model.trainable().names());
      grads.keySet().removeAll(idle());
      grads.forEach(
          (name, grad) -> assertThat(isZero(grad)).as(name).isEqualTo(unreached().contains(name)));
      f.model
          .trainable()
          .forEach((name, t) -> assertThat(Tensors.type(t)).isEqualTo(torch.ScalarType.Float));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void training_changes_the_model_and_no_byte_of_the_backbone(Precision precision) {
    try (Fixture f = fixture(precision)) {
      Map<String, float[]> frozen = Tiny.values(f.backbone.tensors());
      Map<String, float[]> before = Tiny.values(f.model.trainable());
      float[] logits = flat(f.model, BATCH);
      train(f.model);
      Map<String, float[]> after = Tiny.values(f.backbone.tensors());
      frozen.forEach((name, values) -> assertThat(after.get(name)).as(name).isEqualTo(values));
      Map<String, float[]> trained = Tiny.values(f.model.trainable());
      before.keySet().removeAll(idle());
      before.forEach(
          (name, values) ->
              assertThat(Arrays.equals(trained.get(name), values))
                  .as(name)
                  .isEqualTo(unreached().contains(name)));
      assertThat(flat(f.model, BATCH)).isNotEqualTo(logits);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void training_lowers_the_loss(Precision precision) {
    try (Fixture f = fixture(precision)) {
      double first = step(f.model, 0);
      for (int i = 1; i <= 10; i++) {
        Tiny.descend(f.model.trainable(), 0.01);
        step(f.model, i);
      }
      assertThat(step(f.model, 0)).isLessThan(first);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void saved_and_loaded_it_says_the_same_bit_for_bit(Precision precision, @TempDir Path folder) {
    try (Fixture f = fixture(precision)) {
      train(f.model);
      AdapterFile.write(f.model, folder.resolve("adapter"));
      AdapterFile file = AdapterFile.read(folder.resolve("adapter"));
      assertThat(file.method()).isEqualTo(method());
      assertThat(file.task().labels()).isEqualTo(Tiny.LABELS);
      assertThat(file.tensors()).containsOnlyKeys(kept(f.model));
      try (AdaptedModel loaded = file.attach(f.backbone)) {
        assertThat(flat(loaded, BATCH)).isEqualTo(flat(f.model, BATCH));
        assertThat(loaded.undecayed()).isEqualTo(f.model.undecayed());
        assertThat(loaded.parameters()).isEqualTo(f.model.parameters());
      }
    }
  }

  @Test
  void the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    try (Fixture f = fixture(Precision.FP32);
        AdaptedModel same = attached(f.backbone, seed());
        AdaptedModel other = attached(f.backbone, seed() + 1)) {
      Map<String, float[]> values = Tiny.values(f.model.trainable());
      Map<String, float[]> again = Tiny.values(same.trainable());
      values.forEach((name, v) -> assertThat(again.get(name)).as(name).isEqualTo(v));
      assertThat(Tiny.values(other.trainable()).get("head.weight"))
          .isNotEqualTo(values.get("head.weight"));
      train(f.model);
      train(same);
      Map<String, float[]> trained = Tiny.values(same.trainable());
      Tiny.values(f.model.trainable())
          .forEach((name, v) -> assertThat(trained.get(name)).as(name).isEqualTo(v));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void a_batch_gives_what_its_samples_give_alone(Precision precision) {
    try (Fixture f = fixture(precision)) {
      train(f.model);
      Tensor input = Tiny.input(f.backbone, BATCH);
      float[] together = flat(f.model, BATCH);
      float[] alone = new float[together.length];
      int classes = Tiny.LABELS.size();
      for (int b = 0; b < BATCH; b++) {
        Tensor one = f.model.logits(input.narrow(0, b, 1), Pass.evaluation());
        System.arraycopy(Tensors.floats(one), 0, alone, b * classes, classes);
      }
      assertThat(Golden.relativeError(alone, together))
          .isLessThan(precision == Precision.FP32 ? 1e-5 : 3e-2);
    }
  }

  @Test
  void what_no_head_reads_need_not_be_computed() {
    try (Scope scope = Scope.open();
        Backbone frozen = backbone(Precision.FP32);
        Tuner tuner = method().attach(frozen, Rng.of(seed(), "tuner"))) {
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      Tensor input = Tiny.input(frozen, BATCH);
      Backbone walked = tuner.backbone();
      Tensor some = walked.features(input, tuner, Pass.evaluation(), Reads.pooled()).pooled();
      Map<String, float[]> ofSome = gradients(some, tuner);
      Tensor all = walked.features(input, tuner, Pass.evaluation(), Reads.patches()).pooled();
      Map<String, float[]> ofAll = gradients(all, tuner);
      assertThat(Golden.relativeError(Tensors.floats(some), Tensors.floats(all))).isLessThan(1e-6);
      // Sums of fp32 in another order: their last bits are the processor's.
      Golden.assertGradientsClose(ofSome, ofAll, 3e-6);
    }
  }

  @Test
  void patches_are_read_behind_every_block_whatever_tokens_are_added() {
    try (Scope scope = Scope.withoutGradients();
        Backbone frozen = backbone(Precision.FP32);
        Tuner tuner = method().attach(frozen, Rng.of(seed(), "tuner"))) {
      Tensor input = Tiny.input(frozen, BATCH);
      Reads both = Reads.layers(List.of(0, 1));
      Pass pass = Pass.evaluation();
      Features found = tuner.backbone().features(input, tuner, pass, both);
      Features plain = frozen.features(input, BackboneTuner.NONE, pass, both);
      assertThat(found.layers()).isEqualTo(2);
      if (frozen.prefixTokens() > 0) {
        assertThat(found.cls().shape()).containsExactly(BATCH, frozen.width());
      }
      for (int layer = 0; layer < 2; layer++) {
        Tensor patches = found.patches(layer);
        assertThat(patches.shape())
            .containsExactly(
                BATCH, found.grid(layer).patches(), frozen.blocks().get(layer).width());
        if (isIdentityAtStart()) {
          assertThat(Tensors.floats(patches)).isEqualTo(Tensors.floats(plain.patches(layer)));
        }
      }
    }
  }

  @Test
  void checkpointing_gives_the_gradients_of_all_layers_read() {
    try (Scope scope = Scope.open();
        Backbone frozen = backbone(Precision.FP32);
        Tuner tuner = method().attach(frozen, Rng.of(seed(), "tuner"))) {
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      Map<String, float[]> plain = ofLayers(tuner, training(0, 0.1));
      Map<String, float[]> again = ofLayers(tuner, training(0, 0.1).checkpointing());
      assertThat(plain.isEmpty()).isEqualTo(tuner.trainable().names().isEmpty());
      Golden.assertGradientsClose(again, plain, 1e-6);
    }
  }

  /** Of a loss that reads the patches behind both blocks. */
  private static Map<String, float[]> ofLayers(Tuner tuner, Pass pass) {
    Backbone backbone = tuner.backbone();
    List<String> names = tuner.trainable().names();
    if (names.isEmpty()) {
      return Map.of();
    }
    Tensor input = Tiny.input(backbone, BATCH);
    Features read = backbone.features(input, tuner, pass, Reads.layers(List.of(0, 1)));
    Tensor loss = read.patches(0).square().sum().add(read.patches(1).pow(new Scalar(3)).sum());
    List<Tensor> of = names.stream().map(tuner.trainable()::get).toList();
    List<Tensor> found = pass.gradients(loss, of);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      try (Tensor gradient = found.get(i)) {
        gradients.put(names.get(i), gradient.defined() ? Tensors.floats(gradient) : new float[0]);
      }
    }
    return gradients;
  }

  private static Map<String, float[]> gradients(Tensor features, Tuner tuner) {
    if (!features.requires_grad()) {
      return Map.of();
    }
    features.square().sum().backward();
    Map<String, float[]> gradients = Tiny.grads(tuner.trainable());
    Tiny.descend(tuner.trainable(), 0);
    return gradients;
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void evaluation_is_deterministic_and_training_is_not(Precision precision) {
    try (Fixture f = fixture(precision)) {
      Tiny.randomise(f.model.trainable(), 0.2, 4);
      Tensor input = Tiny.input(f.backbone, BATCH);
      float[] first = flat(f.model, BATCH);
      assertThat(flat(f.model, BATCH)).isEqualTo(first);
      float[] dropped = Tensors.floats(f.model.logits(input, training(0, 0.5)));
      assertThat(Tensors.floats(f.model.logits(input, training(0, 0.5)))).isEqualTo(dropped);
      assertThat(Tensors.floats(f.model.logits(input, training(1, 0.5)))).isNotEqualTo(dropped);
      assertThat(dropped).isNotEqualTo(first);
      assertThat(flat(f.model, BATCH)).isEqualTo(first);
    }
  }

  @Test
  void refuses_another_backbone_and_another_preparation(@TempDir Path folder) {
    try (Fixture f = fixture(Precision.FP32)) {
      AdapterFile.write(f.model, folder);
      AdapterFile file = AdapterFile.read(folder);
      Preprocessing trained = f.backbone.preprocessing();
      Backbone other = Tiny.described(f.backbone, "another-hash", trained);
      assertThatThrownBy(() -> file.attach(other))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "This adapter was trained on the backbone 'tiny' (sha256 sha-1…), found 'tiny' "
                  + "(sha256 another-hash…); load it onto the backbone it was trained on");
      Preprocessing another = another(trained);
      Backbone prepared = Tiny.described(f.backbone, "sha-1", another);
      assertThatThrownBy(() -> file.attach(prepared))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "This adapter was trained with "
                  + trained
                  + ", the backbone now prepares its input with "
                  + another
                  + "; set backbone.input-size, normalisation, crop-pct and crop as they were");
    }
  }

  private static Preprocessing another(Preprocessing trained) {
    return trained instanceof PointPreprocessing p
        ? new PointPreprocessing(p.points(), p.groups(), p.neighbours(), Normalisation.NONE)
        : ((ImagePreprocessing) trained).with(Normalisation.CLIP);
  }

  @Test
  void merged_it_says_the_same_and_unmerged_nothing_has_changed() {
    try (Fixture f = fixture(Precision.FP32)) {
      train(f.model);
      float[] unmerged = flat(f.model, BATCH);
      Map<String, float[]> values = Tiny.values(f.model.trainable());
      Map<String, float[]> frozen = Tiny.values(f.backbone.tensors());
      if (!isMergeable()) {
        assertThatThrownBy(f.model::merge).isInstanceOf(ConfigException.class);
        return;
      }
      try (PlainModel merged = f.model.merge();
          Scope scope = Scope.withoutGradients()) {
        Tensor input = Tiny.input(f.backbone, BATCH);
        float[] logits = Tensors.floats(merged.logits(input, Pass.evaluation()));
        assertThat(Golden.relativeError(logits, unmerged)).isLessThan(1e-5);
      }
      assertThat(flat(f.model, BATCH)).isEqualTo(unmerged);
      Tiny.values(f.model.trainable())
          .forEach((name, v) -> assertThat(values.get(name)).as(name).isEqualTo(v));
      Tiny.values(f.backbone.tensors())
          .forEach((name, v) -> assertThat(frozen.get(name)).as(name).isEqualTo(v));
    }
  }

  @Test
  void switched_off_it_is_the_head_on_the_frozen_backbone() {
    try (Fixture f = fixture(Precision.FP32)) {
      train(f.model);
      if (f.model.featureWidth() != f.backbone.pooling().width(f.backbone.width())) {
        assertThatThrownBy(f.model::disabled)
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("cannot be switched off");
        return;
      }
      try (PlainModel off = f.model.disabled();
          Scope scope = Scope.withoutGradients()) {
        Tensor input = Tiny.input(f.backbone, BATCH);
        Tensor features =
            f.backbone
                .features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled())
                .pooled();
        float[] expected = Tensors.floats(f.model.logitsOf(features, Pass.evaluation()));
        assertThat(Tensors.floats(off.logits(input, Pass.evaluation()))).isEqualTo(expected);
      }
    }
  }

  @Test
  void settings_survive_their_own_text() {
    assertThat(Methods.read(Settings.json().readTree(Methods.write(method()).toString()), "m"))
        .isEqualTo(method());
    assertThat(Methods.names()).contains(method().name());
  }

  @Test
  void closing_a_model_leaves_the_backbone() {
    try (Fixture f = fixture(Precision.FP32)) {
      AdaptedModel second = attached(f.backbone, 2);
      NamedTensors own = second.trainable().and(second.buffers());
      second.close();
      own.forEach((name, t) -> assertThat(t.isNull()).as(name).isTrue());
      f.backbone.tensors().forEach((name, t) -> assertThat(t.isNull()).as(name).isFalse());
      assertThat(flat(f.model, 1)).hasSize(Tiny.LABELS.size());
    }
  }

  private static void train(AdaptedModel model) {
    for (int i = 0; i < 3; i++) {
      step(model, i);
      Tiny.descend(model.trainable(), 0.05);
    }
  }

  /** Forward and backward; the loss. */
  private static double step(AdaptedModel model, int step) {
    try (Scope scope = Scope.open()) {
      Pass pass = training(step, 0);
      Tensor input = Tiny.input(model.backbone(), BATCH);
      Tensor task = torch.cross_entropy_loss(model.logits(input, pass), Tiny.labels(BATCH));
      Tensor loss = pass.auxiliaryLoss().map(task::add).orElse(task);
      loss.backward();
      return Tensors.floats(loss)[0];
    }
  }

  private static Pass training(int step, double dropPath) {
    return Pass.training(Rng.of(1, "step").at(step), dropPath);
  }

  private static float[] flat(AdaptedModel model, int batch) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(model.backbone(), batch);
      return Tensors.floats(model.logits(input, Pass.evaluation()));
    }
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
