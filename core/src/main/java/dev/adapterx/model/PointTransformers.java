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
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Makes point transformers: from weights in the naming of several sources, or with other values.
 */
final class PointTransformers {
  /** Seed of the tensors that pre-training does not store, so that every load gives the same. */
  private static final long MADE = 0;

  private static final PointPreprocessing USUAL =
      new PointPreprocessing(1024, 64, 32, Normalisation.UNIT_SPHERE);

  private PointTransformers() {}

  static PointTransformer load(WeightFile file, FoundModel model, Options options) {
    BackboneKit kit = BackboneKit.of(CheckpointNames.pointMae(file), file, model, options);
    Map<String, StoredTensor> stored = kit.named().tensors();
    SidecarConfig sidecar = kit.sidecar();
    PointReader reader = new PointReader(stored, model.weights().toString());
    OptionalInt heads = options.heads() == null ? sidecar.heads() : OptionalInt.of(options.heads());
    PointConfig config =
        reader.config(
            heads,
            sidecar.eps(),
            positions(options.points(), sidecar),
            classToken(options.points(), sidecar));
    reader.require(config);
    Map<String, long[]> shapes = new LinkedHashMap<>(PointReader.shapes(config));
    stored.forEach(
        (name, tensor) -> {
          if (PointReader.isHead(name) && config.classToken()) {
            shapes.put(name, tensor.shape());
          }
        });
    NamedTensors tensors =
        BackboneKit.made(
            shapes,
            (name, shape) -> {
              StoredTensor given = stored.get(name);
              return given == null ? made(name, shape) : BackboneKit.fp32(given);
            },
            name -> keepsFp32(name) || PointReader.isHead(name),
            options);
    boolean told = sidecar.points().isPresent();
    BackboneInfo info =
        kit.info(
            PointReader::isHead,
            told ? "config of the weights" : "Point-MAE's usual input; the file does not say");
    return built(tensors, config, info, input(sidecar.points().orElse(USUAL), options), options);
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
      NamedTensors tensors,
      PointConfig config,
      BackboneInfo info,
      PointPreprocessing input,
      Options options) {
    return PointTransformer.from(
        tensors,
        config,
        info,
        input,
        options.points().batchNorm() != BatchStatistics.UPDATE,
        options.resolvedPrecision());
  }

  static PointTransformer initial(String preset, Options options, long seed) {
    return made(
        preset, options, BackboneKit.Values.initial(preset, seed, PointTransformers::initialValue));
  }

  static PointTransformer blank(String preset, Options options) {
    return made(preset, options, BackboneKit.Values.BLANK);
  }

  private static PointTransformer made(String preset, Options options, BackboneKit.Values values) {
    Presets.Points shape = Presets.points(preset);
    PointConfig.Positions positions = options.points().positions();
    PointConfig placed = positions == null ? shape.config() : shape.config().with(positions);
    PointConfig config = placed.with(!Boolean.FALSE.equals(options.points().classToken()));
    NamedTensors tensors =
        BackboneKit.made(
            PointReader.shapes(config), values.of(), PointTransformers::keepsFp32, options);
    BackboneInfo info = new BackboneInfo(preset, "initial", values.fingerprint(), "preset");
    return built(tensors, config, info, input(shape.input(), options), options);
  }

  private static Tensor made(String name, long[] shape) {
    return initialValue(Rng.of(MADE, "backbone").at(name), name, shape);
  }

  /** Vectors of norms, tokens, and the layers that take coordinates. */
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
