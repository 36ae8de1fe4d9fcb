package dev.adapterx.model;

import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
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

  /** Length of the pooled feature a head sees. */
  int featureWidth();

  /** Tokens before the patches: CLS, distillation, registers. */
  int prefixTokens();

  /** The blocks in order. */
  List<Block> blocks();

  /** The final norm, before or behind the pooling. */
  LayerNorm norm();

  /** The class token (1, 1, D). */
  Tensor clsToken();

  /**
   * Input to the first block's tokens.
   *
   * @param input images (B, 3, S, S), normalised
   * @param clsToken (1, 1, D), the backbone's own or a tuner's
   * @return (B, N, D)
   */
  Tensor embed(Tensor input, Tensor clsToken);

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

  /** Tokens after the last block, (B, N, D), before the final norm. */
  default Tensor tokens(Tensor input, BackboneTuner tuner, Pass pass) {
    Tensor x = Engine.at("embedding", () -> tuner.embed(this, input, pass));
    for (int i = 0; i < blocks().size(); i++) {
      Block block = blocks().get(i);
      BlockTuner around = tuner.block(i);
      Tensor in = x;
      x = Engine.at(block.name(), () -> around.block(block, in, pass));
    }
    return x;
  }

  /** Input to the feature a head sees, (B, F), with a tuner around every step. */
  default Tensor features(Tensor input, BackboneTuner tuner, Pass pass) {
    Tensor tokens = tokens(input, tuner, pass);
    return Engine.at(
        "pooling", () -> pool(tokens, tuner.extraTokens(), x -> tuner.norm(norm(), x, pass)));
  }

  /** Every tensor by its field name. */
  NamedTensors tensors();

  /**
   * The same layers over other tensors: full fine-tuning trains through this. Does not own them.
   */
  Backbone over(NamedTensors tensors);

  /** Frees the weights. */
  @Override
  void close();
}
