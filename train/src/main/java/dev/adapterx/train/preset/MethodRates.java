package dev.adapterx.train.preset;

import dev.adapterx.data.sets.DataKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Each method's own learning rate and, where it has one, scale. Of images they are those that
 * docs/results.md, "Every method, tuned alike: CIFAR-10 at 112 pixels", chose on val200, and for
 * Adapter-X (parallel) "With gradients clipped"; of clouds those of "Point clouds", tuned alike,
 * but the rates of DAPT and DAPT-X of its first table, which did better, and the lower of LoRA's
 * two rates, as the higher did not train. A method that was not measured on clouds has its rate of
 * images.
 */
final class MethodRates {
  /**
   * A learning rate and scale.
   *
   * @param scale the method's key of that name; absent: as the method has it by itself
   */
  record Rate(double lr, @Nullable Double scale) {}

  private static final Map<String, Rate> IMAGES =
      Map.ofEntries(
          Map.entry("linear-probe", new Rate(0.01, null)),
          Map.entry("full", new Rate(0.0002, null)),
          Map.entry("bitfit", new Rate(0.003, null)),
          Map.entry("ln-tuning", new Rate(0.01, null)),
          Map.entry("ia3", new Rate(0.03, null)),
          Map.entry("ssf", new Rate(0.01, null)),
          Map.entry("adaptformer", new Rate(0.01, 0.1)),
          Map.entry("houlsby", new Rate(0.01, null)),
          Map.entry("pfeiffer", new Rate(0.02, null)),
          Map.entry("parallel-adapter", new Rate(0.01, 1.0)),
          Map.entry("adapter-plus", new Rate(0.01, null)),
          Map.entry("bi-adapter", new Rate(0.03, 0.1)),
          Map.entry("rep-adapter", new Rate(0.01, 1.0)),
          Map.entry("convpass", new Rate(0.03, 0.1)),
          Map.entry("lora", new Rate(0.01, null)),
          Map.entry("dora", new Rate(0.01, null)),
          Map.entry("vera", new Rate(0.03, null)),
          Map.entry("arc", new Rate(0.01, null)),
          Map.entry("fact", new Rate(0.01, 1.0)),
          Map.entry("vpt", new Rate(0.02, null)),
          Map.entry("adapter-x", new Rate(0.01, 1.0)),
          Map.entry("mosa", new Rate(0.01, 1.0)));

  private static final Map<String, Rate> CLOUDS =
      Map.ofEntries(
          Map.entry("linear-probe", new Rate(0.01, null)),
          Map.entry("full", new Rate(0.001, null)),
          Map.entry("bitfit", new Rate(0.002, null)),
          Map.entry("ln-tuning", new Rate(0.02, null)),
          Map.entry("ia3", new Rate(0.1, null)),
          Map.entry("ssf", new Rate(0.01, null)),
          Map.entry("adaptformer", new Rate(0.015, 1.0)),
          Map.entry("houlsby", new Rate(0.01, null)),
          Map.entry("adapter-plus", new Rate(0.005, null)),
          Map.entry("lora", new Rate(0.002, null)),
          Map.entry("vpt", new Rate(0.02, null)),
          Map.entry("adapter-x", new Rate(0.015, 1.0)),
          Map.entry("dapt", new Rate(0.005, null)),
          Map.entry("dapt-x", new Rate(0.005, null)),
          Map.entry("idpt", new Rate(0.005, null)),
          Map.entry("point-gst", new Rate(0.002, null)),
          Map.entry("point-peft", new Rate(0.01, null)));

  private MethodRates() {}

  /** A method's; absent of one that was never measured. */
  static @Nullable Rate of(String method, DataKind kind) {
    Rate images = IMAGES.get(method);
    return kind == DataKind.CLOUDS && CLOUDS.containsKey(method) ? CLOUDS.get(method) : images;
  }
}
