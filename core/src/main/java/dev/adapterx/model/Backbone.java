package dev.adapterx.model;

import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A pre-trained transformer seen as what all of them are: an embedding, a stack of blocks, a final
 * norm and a pooling. Immutable and thread-safe; a tuner walks it (see {@code
 * dev.adapterx.peft.Tuner}).
 */
public interface Backbone extends AutoCloseable {
  /** What is known about it besides its numbers. */
  BackboneInfo info();

  /** Its input's preparation. */
  Preprocessing preprocessing();

  /** D. */
  int width();

  /** Where its tensors are, and with them all that works with it. */
  default Device device() {
    return Device.of(norm().weight());
  }

  /** Length of the pooled feature a head sees. */
  int featureWidth();

  /** Tokens before the patches: CLS, distillation, registers. */
  int prefixTokens();

  /** The blocks in order. */
  List<Block> blocks();

  /** Under which name the tensors of block i are kept: {@code blocks.3}. */
  default String blockPlace(int i) {
    return "blocks." + i;
  }

  /** The final norm, before or behind the pooling. */
  LayerNorm norm();

  /** The class token. */
  ClassToken cls();

  /**
   * Input to the first block's tokens.
   *
   * @param input (B, …) prepared: pictures (B, 3, S, S), clouds (B, G, K + 1, 3)
   * @param cls the backbone's own class token or a tuner's
   * @param patches a tuner's advice around the patch tokens (B, G, D), before the prefix
   * @param pass this walk
   */
  Embedding embed(Tensor input, ClassToken cls, UnaryOperator<Tensor> patches, Pass pass);

  /**
   * The last block's tokens to the feature a head sees: final norm and pooling, in the order this
   * backbone has them.
   *
   * @param tokens (B, N, D)
   * @param extra tokens a tuner put between prefix and patches, which are no patches
   * @param norm the final norm with a tuner's advice around it
   * @return (B, F)
   */
  Tensor pool(Tensor tokens, int extra, UnaryOperator<Tensor> norm);

  /** How many tokens, the first ones, the pooling may read; {@link Integer#MAX_VALUE}: all. */
  default int pooledTokens() {
    return Integer.MAX_VALUE;
  }

  /**
   * What was handed over as {@link #embed} takes it, on this backbone's device: clouds of points
   * (B, N, 3) are grouped there; whatever is prepared already stays as it is.
   */
  default Tensor prepared(Tensor input) {
    return input;
  }

  /**
   * Tokens after the last block, (B, N, D), before the final norm. The input may be where Java put
   * it.
   */
  default Tensor tokens(Tensor input, BackboneTuner tuner, Pass pass) {
    return tokens(input, Integer.MAX_VALUE, tuner, pass);
  }

  /** Of the last block only the first tokens, as many as wanted. */
  private Tensor tokens(Tensor given, int wanted, BackboneTuner tuner, Pass pass) {
    pass.begin();
    Tensor input = prepared(device().place(given));
    Embedding x = Engine.at("embedding", () -> tuner.embed(this, input, pass));
    int last = blocks().size() - 1;
    for (int i = 0; i < last; i++) {
      Block block = blocks().get(i);
      int at = i;
      Pass.Part part = (in, own) -> through(at, block, Embedding.of(in), tuner, own).tensors();
      x = Embedding.of(pass.part(x.tensors(), part));
    }
    // The way back begins with the last: computed again it would save no memory.
    return through(last, blocks().get(last).first(wanted), x, tuner, pass).tokens();
  }

  /** Through block i with what a tuner does before and around it. */
  private Embedding through(int i, Block block, Embedding x, BackboneTuner tuner, Pass pass) {
    BlockTuner around = tuner.block(i);
    Embedding in = tuner.before(i, x, pass);
    Tensor out =
        Scope.within(
            () -> Engine.at(block.name(), () -> around.block(block, in.positioned(), pass)));
    return in.after(out, prefixTokens());
  }

  /**
   * How many tokens of the last block, the first ones, {@link #features} computes: what the pooling
   * reads, where the tuner works token by token; {@link Integer#MAX_VALUE}: all.
   */
  default int lastTokens(BackboneTuner tuner, Pass pass) {
    BlockTuner last = tuner.block(blocks().size() - 1);
    return last.isTokenwise(pass) ? tuner.pooledTokens(this) : Integer.MAX_VALUE;
  }

  /** Input to the feature a head sees, (B, F), with a tuner around every step. */
  default Tensor features(Tensor input, BackboneTuner tuner, Pass pass) {
    Tensor tokens = tokens(input, lastTokens(tuner, pass), tuner, pass);
    return Engine.at("pooling", () -> tuner.pool(this, tokens, pass));
  }

  /**
   * Class scores (B, C) of the classifier the weights were trained with, if the file had one.
   *
   * @param input as for {@link #embed}
   */
  Optional<Tensor> pretrainedLogits(Tensor input);

  /** How many classes that classifier has, if there is one. */
  OptionalInt classifierClasses();

  /** Whether a tensor of this name belongs to that classifier and not to the backbone. */
  boolean isHead(String name);

  /** Every tensor by its field name. */
  NamedTensors tensors();

  /**
   * The same layers over other tensors: full fine-tuning trains through this. Does not own them.
   */
  Backbone over(NamedTensors tensors);

  /**
   * The same layers, whose batch norms take the statistics of the batch while training. This one
   * where there are none.
   */
  default Backbone withBatchStatistics() {
    return this;
  }

  /** Frees the weights. */
  @Override
  void close();
}
