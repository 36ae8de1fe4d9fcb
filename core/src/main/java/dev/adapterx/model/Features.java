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
 * What a backbone gives of an input: the tokens behind the blocks that were {@link Reads read}. The
 * order of tokens is prefix (CLS, distillation, registers), tokens a tuner added, patches: the
 * patches are always the last G.
 */
public final class Features {
  /**
   * What a head is made for.
   *
   * @param widths D, of a token of each layer of patches that is read, of which the last is that of
   *     all tokens
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

  /** Where the patches of the last layer are; mostly those of all. */
  public Grid grid() {
    return grid(layers.size() - 1);
  }

  /**
   * Where the patches of a layer are: in a backbone of stages each stage has a grid of its own.
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
   * The patches (B, G, D) of a layer behind the final norm, which stands around every layer as
   * around the last. Where a backbone has its norm behind the pooling, or a layer another width
   * than the norm, they are as the block left them, as in timm.
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
   * The patches of a layer as a map (B, D, h, w), of its own grid.
   *
   * @param layer which of those read, from 0
   * @throws AdapterXException when the input is a cloud, whose groups lie on no grid
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
