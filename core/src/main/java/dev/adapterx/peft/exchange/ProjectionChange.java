package dev.adapterx.peft.exchange;

import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.Linear;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The change a trained adapter makes to one projection. */
sealed interface ProjectionChange {
  /** The projections that are thirds of the fused layer, in its order. */
  List<Projection> THIRDS = List.of(Projection.Q, Projection.K, Projection.V);

  /**
   * Adds {@code scale · B A}, and sets the rows' lengths to m if given.
   *
   * @param a (R, D_in)
   * @param b (D_out, R)
   * @param m (D_out)
   */
  record Low(Tensor a, Tensor b, double scale, @Nullable Tensor m) implements ProjectionChange {
    long rank() {
      return a.size(0);
    }
  }

  /** Scales the input (l of D_in) or the output (l of D_out) channel by channel. */
  record Stretch(Tensor l, boolean input) implements ProjectionChange {}

  /**
   * Refuses a method that peft has no layer for.
   *
   * @throws ConfigException naming the method
   */
  static void requireKnown(PeftMethod method) {
    if (!(method instanceof Lora || method instanceof Dora || method instanceof Ia3)) {
      throw new ConfigException(
          "peft has no adapters of "
              + method.title()
              + " that fit; written are those of LoRA, DoRA and IA³ (lora, dora, ia3)");
    }
  }

  /**
   * The changes of every block.
   *
   * @throws ConfigException when the method has no counterpart in peft
   */
  static List<Map<Projection, ProjectionChange>> of(AdaptedModel model) {
    requireKnown(model.method());
    NamedTensors trained = model.trainable();
    List<Map<Projection, ProjectionChange>> blocks = new ArrayList<>();
    for (int i = 0; i < model.backbone().blocks().size(); i++) {
      Map<Projection, ProjectionChange> pieces = new EnumMap<>(Projection.class);
      String place = "blocks." + i + "." + model.method().name() + ".";
      if (model.method() instanceof Lora lora) {
        lora.targets().forEach(p -> pieces.put(p, low(trained.at(place + p.key()), lora.scale())));
      } else if (model.method() instanceof Dora dora) {
        dora.targets().forEach(p -> pieces.put(p, low(trained.at(place + p.key()), dora.scale())));
      } else {
        Ia3 ia3 = (Ia3) model.method();
        for (Projection p : ia3.targets()) {
          Tensor l = trained.get(place + p.key());
          pieces.put(p, new Stretch(l, ia3.feedforward().contains(p)));
        }
      }
      blocks.add(pieces);
    }
    return blocks;
  }

  private static ProjectionChange low(NamedTensors at, double scale) {
    return new Low(at.get("a"), at.get("b"), scale, at.find("m").orElse(null));
  }

  /**
   * Fuses changes of q, k and v into an equivalent one of the fused layer; all else is unchanged.
   */
  static Map<Projection, ProjectionChange> fused(
      Map<Projection, ProjectionChange> pieces, Linear qkv) {
    Map<Projection, ProjectionChange> whole = new EnumMap<>(Projection.class);
    pieces.forEach(
        (at, piece) -> {
          if (!at.isThird()) {
            whole.put(at, piece);
          }
        });
    if (whole.size() < pieces.size()) {
      boolean low =
          pieces.entrySet().stream()
              .anyMatch(e -> e.getKey().isThird() && e.getValue() instanceof Low);
      whole.put(Projection.QKV, low ? fusedLow(pieces, qkv) : fusedStretch(pieces, qkv));
    }
    return whole;
  }

  /** A stacks the parts' rows; B has the parts' blocks on its diagonal. */
  private static ProjectionChange fusedLow(Map<Projection, ProjectionChange> pieces, Linear qkv) {
    List<Tensor> as = new ArrayList<>();
    List<Tensor> columns = new ArrayList<>();
    List<Tensor> lengths = new ArrayList<>();
    double scale = 1;
    boolean decomposed = false;
    for (Projection p : THIRDS) {
      Tensor weight = Tensors.fp32(p.slice(qkv.weight(), 0));
      if (pieces.get(p) instanceof Low low) {
        as.add(low.a);
        columns.add(placed(low.b, p, qkv));
        lengths.add(low.m == null ? Dora.lengths(weight) : low.m);
        decomposed |= low.m != null;
        scale = low.scale;
      } else {
        lengths.add(Dora.lengths(weight));
      }
    }
    return new Low(
        Tensors.cat(0, as.toArray(Tensor[]::new)),
        Tensors.cat(1, columns.toArray(Tensor[]::new)),
        scale,
        decomposed ? Tensors.cat(0, lengths.toArray(Tensor[]::new)) : null);
  }

  /** A part's B (D, R) at its rows of the whole (3D, R), zeros elsewhere. */
  private static Tensor placed(Tensor b, Projection at, Linear qkv) {
    Tensor whole = Init.zeros(qkv.weight().size(0), b.size(1));
    at.slice(whole, 0).copy_(b);
    return whole;
  }

  private static ProjectionChange fusedStretch(
      Map<Projection, ProjectionChange> pieces, Linear qkv) {
    Tensor whole = Init.constant(1, qkv.weight().size(0));
    for (Projection p : THIRDS) {
      if (pieces.get(p) instanceof Stretch stretch) {
        if (stretch.input) {
          throw new ConfigException(
              "Where queries, keys and values are one layer, what goes into "
                  + p.key()
                  + " cannot be stretched alone (ia3.feedforward); write it for Hugging Face's"
                  + " layout");
        }
        p.slice(whole, 0).copy_(stretch.l);
      }
    }
    return new Stretch(whole, false);
  }

  /**
   * Splits a change of the fused layer into equivalent ones of q, k and v; all else is unchanged.
   */
  static Map<Projection, ProjectionChange> split(Map<Projection, ProjectionChange> pieces) {
    Map<Projection, ProjectionChange> parts = new EnumMap<>(pieces);
    ProjectionChange whole = parts.remove(Projection.QKV);
    for (Projection p : THIRDS) {
      if (whole instanceof Low low) {
        Tensor m = low.m == null ? null : p.slice(low.m, 0);
        parts.put(p, new Low(low.a, p.slice(low.b, 0), low.scale, m));
      } else if (whole instanceof Stretch stretch) {
        Tensor l = stretch.input ? stretch.l : p.slice(stretch.l, 0);
        parts.put(p, new Stretch(l, stretch.input));
      }
    }
    return parts;
  }
}
