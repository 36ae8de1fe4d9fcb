package dev.adapterx.model;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.Backbones.PointOptions;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Makes point transformers: from weights in the naming of several sources, or with other values.
 */
final class PointTransformers {
  /** Names the values that pre-training does not leave, so that they are the same at every load. */
  private static final long MADE = 0;

  private static final PointPreprocessing USUAL =
      new PointPreprocessing(1024, 64, 32, Normalisation.UNIT_SPHERE);

  private PointTransformers() {}

  static PointTransformer load(WeightFile file, FoundModel model, Options options) {
    Path path = model.weights();
    CheckpointNames.Named named = CheckpointNames.pointMae(file);
    SidecarConfig sidecar = SidecarConfig.beside(path).orInside(file.metadata(), path);
    PointReader reader = new PointReader(named.tensors(), path.toString());
    OptionalInt heads = options.heads() == null ? sidecar.heads() : OptionalInt.of(options.heads());
    PointConfig config =
        reader.config(
            heads,
            sidecar.eps(),
            positions(options.points(), sidecar),
            classToken(options.points(), sidecar));
    reader.require(config);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      PointReader.shapes(config)
          .forEach(
              (name, shape) -> {
                StoredTensor stored = named.tensors().get(name);
                Tensor made =
                    Scope.within(
                        () ->
                            converted(
                                name, stored == null ? made(name, shape) : fp32(stored), options));
                tensors.put(name, scope.keep(made));
              });
      named
          .tensors()
          .forEach(
              (name, stored) -> {
                if (PointReader.isHead(name) && config.classToken()) {
                  tensors.put(name, scope.keep(options.device().resolved().place(fp32(stored))));
                }
              });
    }
    String name = BackboneKit.name(model, sidecar);
    boolean told = sidecar.points().isPresent();
    PointPreprocessing input = input(sidecar.points().orElse(USUAL), options);
    BackboneInfo info =
        new BackboneInfo(
            name,
            named.source(),
            Fingerprint.of(named.tensors(), PointReader::isHead, path),
            told ? "config of the weights" : "Point-MAE's usual input; the file does not say",
            model.origin(),
            named.leftOut(),
            named.place(),
            sidecar.labels());
    return built(tensors, config, info, input, options);
  }

  private static PointConfig.Positions positions(PointOptions options, SidecarConfig sidecar) {
    return options.positions() != null
        ? options.positions()
        : sidecar.positions().orElse(PointConfig.Positions.EVERY_BLOCK);
  }

  private static boolean classToken(PointOptions options, SidecarConfig sidecar) {
    return options.classToken() != null ? options.classToken() : sidecar.classToken().orElse(true);
  }

  private static PointPreprocessing input(PointPreprocessing p, Options options) {
    if (options.preprocessing() instanceof PointPreprocessing exactly) {
      return exactly;
    }
    PointOptions o = options.points();
    return new PointPreprocessing(
        or(o.points(), p.points()),
        or(o.groups(), p.groups()),
        or(o.neighbours(), p.neighbours()),
        options.normalisation() == null ? p.scale() : options.normalisation());
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static PointTransformer built(
      Map<String, Tensor> tensors,
      PointConfig config,
      BackboneInfo info,
      PointPreprocessing input,
      Options options) {
    return PointTransformer.from(
        NamedTensors.of(tensors),
        config,
        info,
        input,
        options.points().batchNorm() != BatchStatistics.UPDATE,
        precision(options));
  }

  static PointTransformer initial(String preset, Options options, long seed) {
    Rng rng = Rng.of(seed, "backbone");
    return made(
        preset,
        "initial-" + seed + "-" + preset,
        options,
        (name, shape) -> initialValue(rng.at(name), name, shape));
  }

  static PointTransformer blank(String preset, Options options) {
    return made(preset, "none", options, (name, shape) -> Tensors.empty(ScalarType.Float, shape));
  }

  private static PointTransformer made(
      String preset,
      String fingerprint,
      Options options,
      BiFunction<String, long[], Tensor> values) {
    Presets.Points shape = Presets.points(preset);
    PointConfig.Positions positions = options.points().positions();
    PointConfig placed = positions == null ? shape.config() : shape.config().with(positions);
    PointConfig config = placed.with(!Boolean.FALSE.equals(options.points().classToken()));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      PointReader.shapes(config)
          .forEach(
              (name, size) ->
                  tensors.put(
                      name,
                      scope.keep(
                          Scope.within(() -> converted(name, values.apply(name, size), options)))));
    }
    BackboneInfo info = new BackboneInfo(preset, "initial", fingerprint, "preset");
    return built(tensors, config, info, input(shape.input(), options), options);
  }

  private static Tensor made(String name, long[] shape) {
    return initialValue(Rng.of(MADE, "backbone").at(name), name, shape);
  }

  private static Tensor fp32(StoredTensor stored) {
    return Tensors.of(stored.floats(), stored.shape());
  }

  private static Precision precision(Options options) {
    return options.precision().on(options.device().resolved());
  }

  private static Tensor converted(String name, Tensor value, Options options) {
    Tensor cast = keepsFp32(name) ? value : value.to(precision(options).type());
    return options.device().resolved().place(cast);
  }

  /** Vectors of norms, tokens, and whatever sees coordinates. */
  private static boolean keepsFp32(String name) {
    return name.contains("norm")
        || name.startsWith("cls_")
        || name.startsWith("encoder.first_conv.0")
        || name.startsWith("pos_embed.0")
        || name.matches("encoder\\.\\w+_conv\\.1\\..*");
  }

  /** Point-MAE's: normal with deviation 0.02, cut at two deviations; norms 1, biases 0. */
  static Tensor initialValue(Rng rng, String name, long[] shape) {
    boolean norm =
        name.contains("norm") || name.matches("(.*\\.)?encoder\\.\\w+_conv\\.1\\.weight");
    if ((norm && name.endsWith("weight")) || name.endsWith(BatchNorm.RUNNING_VAR)) {
      return Init.constant(1, shape);
    }
    boolean zero = name.endsWith("bias") || name.endsWith(BatchNorm.RUNNING_MEAN);
    return zero ? Init.zeros(shape) : Init.truncatedNormal(rng, 0.02, shape);
  }
}
