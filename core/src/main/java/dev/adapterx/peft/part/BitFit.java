package dev.adapterx.peft.part;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.PartOfBackbone;

/**
 * Trains every bias of the backbone, those of its norms included, and nothing else of it:
 *
 * <pre>
 *   y = W x + b,   LN(x) = γ ⊙ n(x) + β       b and β trained, W and γ frozen
 * </pre>
 *
 * <p>Trainable: {@code 11D L + 2D} for an MLP of 4D: in each block 2D in its norms, 3D + D in its
 * attention, 4D + D in its MLP, and D each in the patch embedding and the final norm: 102,912 on
 * ViT-B/16. The identity at the start; mergeable, since what is trained are weights of the
 * backbone.
 *
 * <p>On points, the biases of the group embedding's convolutions and batch norms, of {@code
 * reduce_dim} and of the position network are trained too. A convolution's bias right before a
 * batch norm gets no gradient while that norm uses the batch's statistics ({@code batch-norm:
 * update}); with running statistics, the default, it does.
 *
 * <p>Ben Zaken et al., BitFit: Simple Parameter-efficient Fine-tuning for Transformer-based Masked
 * Language-models, ACL 2022, <a href="https://arxiv.org/abs/2106.10199">arXiv 2106.10199</a>; on
 * vision transformers as VTAB-1k's tables count it (0.10 M).
 */
public record BitFit() implements PeftMethod {
  @Override
  public String name() {
    return "bitfit";
  }

  @Override
  public String title() {
    return "BitFit";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    return PartOfBackbone.of(
        backbone, name -> name.endsWith(".bias"), new Parameters(rng, backbone.device()));
  }
}
