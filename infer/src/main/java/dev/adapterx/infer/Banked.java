package dev.adapterx.infer;

import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Bank;
import dev.adapterx.task.Probabilities;
import dev.adapterx.tensor.Scope;
import java.util.List;
import java.util.Optional;

/** Classes of many samples by many adapters in one forward pass, each sample by its own. */
public final class Banked {
  /** From this width on a product with the rows of one sample is as fast as with those of many. */
  private static final int WIDE = 384;

  private Banked() {}

  /**
   * What adapters must have in common to be asked together, as a value to compare; empty where one
   * is asked by itself: its method cannot be stacked, or a sample by itself is as fast, which is so
   * on a processor for backbones of width 384 and more.
   */
  public static Optional<Object> family(AdaptedModel model) {
    Backbone backbone = model.backbone();
    return backbone.device().isHost() && backbone.width() >= WIDE
        ? Optional.empty()
        : Bank.family(model);
  }

  /**
   * The class probabilities of each sample by its own model.
   *
   * @param models of one {@link Bank#family}, one for each row
   * @param rows prepared samples
   */
  public static List<float[]> probabilities(List<AdaptedModel> models, List<float[]> rows) {
    try (Scope scope = Scope.withoutGradients()) {
      return Bank.logits(
              models,
              Pieces.inputs(rows.toArray(float[][]::new), 0, rows.size(), models.get(0).backbone()))
          .stream()
          .map(logits -> Probabilities.of(logits).get(0))
          .toList();
    }
  }
}
