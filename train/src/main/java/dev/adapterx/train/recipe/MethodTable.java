package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Merging;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What there is to choose from: every method with its defaults, and its presets.
 *
 * @param backbone on which the parameters were counted
 */
public record MethodTable(String backbone, List<Row> rows) {
  private static final String PICTURES = "vit_32x2x2_patch8_32";
  private static final String CLOUDS = "point_32x2x2_c8_g32k8_256";
  private static final Classification TASK = Classification.of(List.of("a", "b"));

  /**
   * A method.
   *
   * @param entry as recipes and commands take it: {@code name} or {@code name:preset}
   * @param title as people know it
   * @param images whether it works on images
   * @param points whether it works on point clouds
   * @param merges whether the trained weights fit into a plain backbone
   * @param parameters trained on the table's backbone, without head; -1 where it does not work
   *     there
   * @param percent of the backbone's
   */
  public record Row(
      String entry,
      String title,
      boolean images,
      boolean points,
      boolean merges,
      long parameters,
      double percent) {}

  public MethodTable {
    rows = List.copyOf(rows);
  }

  /**
   * Counts on a backbone.
   *
   * @param preset its name; no weights are needed
   * @throws ConfigException with the nearest name when there is none of this
   */
  public static MethodTable of(String preset) {
    return of(preset, Methods.entries());
  }

  /**
   * Counts some methods on a backbone.
   *
   * @param entries {@code name} or {@code name:preset}
   * @throws ConfigException with the nearest name when there is no such backbone or method
   */
  public static MethodTable of(String preset, List<String> entries) {
    try (Backbone counted = blank(preset);
        Backbone pictures = blank(PICTURES);
        Backbone clouds = blank(CLOUDS)) {
      return new MethodTable(
          preset, entries.stream().map(entry -> row(entry, counted, pictures, clouds)).toList());
    }
  }

  /**
   * Refuses a method that merges into no backbone, before anything is loaded. One that no tiny
   * backbone takes is not judged.
   *
   * @throws ConfigException naming the method, with the reason
   */
  public static void requireMergeable(PeftMethod method) {
    for (String preset : List.of(PICTURES, CLOUDS)) {
      try (Backbone backbone = blank(preset)) {
        if (attached(method, backbone, model -> true) != null) {
          try (AdaptedModel model = AdaptedModel.attach(backbone, method, TASK, 0)) {
            merges(model);
          }
          return;
        }
      }
    }
  }

  private static Row row(String entry, Backbone counted, Backbone pictures, Backbone clouds) {
    PeftMethod method = Methods.entry(entry, entry);
    boolean images = attached(method, pictures, model -> true) != null;
    boolean points = attached(method, clouds, model -> true) != null;
    long[] counts =
        attached(
            method,
            counted,
            model -> new long[] {model.methodParameters(), model.backboneParameters()});
    return new Row(
        entry,
        method.title(),
        images,
        points,
        attached(method, images ? pictures : clouds, MethodTable::merges) != null,
        counts == null ? -1 : counts[0],
        counts == null ? Double.NaN : 100.0 * counts[0] / counts[1]);
  }

  private static boolean merges(AdaptedModel model) {
    Merging.interpolated(model, 1).close();
    return true;
  }

  /** What the model is asked for; null where method and backbone refuse. */
  private static <T> @Nullable T attached(
      PeftMethod method, Backbone backbone, Function<AdaptedModel, T> asked) {
    try (AdaptedModel model = AdaptedModel.attach(backbone, method, TASK, 0)) {
      return asked.apply(model);
    } catch (ConfigException e) {
      return null;
    }
  }

  /** In fp32 nothing is converted, so that the memory of blank tensors is never touched. */
  private static Backbone blank(String preset) {
    return Backbones.blank(
        preset, BackboneRecipe.defaults().with(Precision.FP32).with(Device.CPU).options());
  }
}
