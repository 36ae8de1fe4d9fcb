package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Classification;
import dev.adapterx.peft.Merging;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.peft.PeftMethod;
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
    // A name that is none must not look like a backbone that fits no method.
    blank(preset).close();
    return new MethodTable(
        preset, Methods.entries().stream().map(entry -> row(entry, preset)).toList());
  }

  private static Row row(String entry, String preset) {
    PeftMethod method = Methods.entry(entry, entry);
    boolean images = attached(method, PICTURES, model -> true) != null;
    boolean points = attached(method, CLOUDS, model -> true) != null;
    ParameterReport counted = attached(method, preset, AdaptedModel::parameters);
    return new Row(
        entry,
        method.title(),
        images,
        points,
        attached(method, images ? PICTURES : CLOUDS, MethodTable::merges) != null,
        counted == null ? -1 : counted.peft(),
        counted == null ? Double.NaN : counted.peftPercent());
  }

  private static boolean merges(AdaptedModel model) {
    Merging.interpolated(model, 1).close();
    return true;
  }

  /** What the model is asked for; null where method and backbone refuse. */
  private static <T> @Nullable T attached(
      PeftMethod method, String preset, Function<AdaptedModel, T> asked) {
    try (Backbone backbone = blank(preset);
        AdaptedModel model = AdaptedModel.attach(backbone, method, TASK, 0)) {
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
