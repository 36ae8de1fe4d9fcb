package dev.adapterx.model;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Engine;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of an input: the tokens after the blocks that were {@link Reads read}. The order of
 * tokens is prefix (CLS, distillation, registers), tokens a tuner added, patches: the patches are
 * always the last G.
 */
public final class Features {
  /**
   * The sizes that a head is built for.
   *
   * @param widths D of each layer of patches that is read; the last is that of all tokens
   * @param pooled F, of the pooled feature
   */
  public record Shape(List<Integer> widths, int pooled) {
    public Shape {
      widths = List.copyOf(widths);
    }

    /** D, of a token of the last layer. */
    public int width() {
      return widths.get(widths.size() - 1);
    }

    /** How many layers of patches are read. */
    public int layers() {
      return widths.size();
    }
  }

  private final Backbone backbone;
  private final BackboneTuner tuner;
  private final Pass pass;
  private final Reads reads;
  private final List<Embedding> layers;
  private final Tensor input;

  Features(
      Backbone backbone,
      BackboneTuner tuner,
      Pass pass,
      Reads reads,
      List<Embedding> layers,
      Tensor input) {
    this.backbone = backbone;
    this.tuner = tuner;
    this.pass = pass;
    this.reads = reads;
    this.layers = List.copyOf(layers);
    this.input = input;
  }

  /** The input as it was given, on the backbone's device, before it was prepared to the end. */
  public Tensor input() {
    return input;
  }

  /** How many layers were read. */
  public int layers() {
    return layers.size();
  }

  /** The grid of the last layer; usually the same for all layers. */
  public Grid grid() {
    return grid(layers.size() - 1);
  }

  /**
   * The grid of a layer; it differs between the stages of a backbone with stages.
   *
   * @param layer which of those read, from 0
   */
  public Grid grid(int layer) {
    return layers.get(layer).grid();
  }

  /** The feature (B, F) that a classifier sees: final norm and {@link Pooling}. */
  public Tensor pooled() {
    require(Reads.Of.POOLED, Reads.Of.PATCHES, "pooled feature");
    return Engine.at(
        "pooling",
        () ->
            tuner
                .pooling(backbone)
                .of(tokens(), backbone.prefixTokens(), grid().patches(), this::normed));
  }

  /** The class token (B, D) behind the last layer read and the final norm. */
  public Tensor cls() {
    return normed(tokens().narrow(1, 0, 1)).select(1, 0);
  }

  /** All tokens (B, N, D) behind the last layer read, before the final norm. */
  public Tensor tokens() {
    return layers.get(layers.size() - 1).tokens();
  }

  /**
   * The patches (B, G, D) of a layer after the final norm, which is applied to every layer. If the
   * norm follows the pooling, or has another width than the layer, they are the output of the block
   * without it, as in timm.
   *
   * @param layer which of those read, from 0
   */
  public Tensor patches(int layer) {
    require(Reads.Of.PATCHES, Reads.Of.PATCHES, "patches");
    Tensor patches = layers.get(layer).patches();
    boolean plain =
        backbone.pooling().normBehind() || patches.size(2) != backbone.norm().weight().numel();
    return plain ? patches : normed(patches);
  }

  /**
   * The patches of a layer as a map (B, D, h, w) on its grid.
   *
   * @param layer which of those read, from 0
   * @throws AdapterXException when the input is a cloud, whose groups form no grid
   */
  public Tensor map(int layer) {
    if (!(grid(layer) instanceof Grid.Cells cells)) {
      throw new AdapterXException(
          backbone.info().name() + " takes point clouds; their groups lie on no grid of cells");
    }
    Tensor patches = patches(layer);
    return patches
        .transpose(1, 2)
        .reshape(patches.size(0), patches.size(2), cells.height(), cells.width());
  }

  private Tensor normed(Tensor x) {
    return tuner.norm(backbone.norm(), x, pass);
  }

  private void require(Reads.Of one, Reads.Of other, String what) {
    if (reads.of() != one && reads.of() != other) {
      throw new IllegalStateException("The " + what + " was not read: " + reads);
    }
  }
}
