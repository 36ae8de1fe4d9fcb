package dev.adapterx.peft.points;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointSearch;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Point-PEFT's local interaction: the tokens of a neighbourhood attend to each other and are
 * pooled; every patch then receives the neighbourhoods' results, weighted by proximity.
 *
 * <pre>
 *   n_k ← n_k + DP(attention(LN(n))_k)                 the K tokens of each of S neighbourhoods
 *   v = gelu(bn(max_k n_k)) + c · centre               (S, D)
 *   x_g ← x_g + c · Σ_s w_gs v_s                       patches
 * </pre>
 *
 * @param local the attention, shared by all blocks
 * @param norm this block's own
 */
record GeometryAdapter(Local local, BatchNorm norm) {
  private static final double EPS = 1e-5;
  private static final double COEFFICIENT = 0.3;
  private static final int WIDTH_OF_A_HEAD = 3;

  /**
   * Attention with a few narrow heads: 6 of width 3 for D = 384. Scores are divided by the square
   * root of the total width of all heads.
   *
   * <p>Trainable: 2D + 4DA + D, A = 3H.
   */
  record Local(LayerNorm norm, Linear qkv, Linear proj, int heads) {
    static Local initial(int width, int heads, String place, Parameters parameters) {
      int inner = WIDTH_OF_A_HEAD * heads;
      return new Local(
          new LayerNorm(
              parameters.add(place + ".norm.weight", rng -> Init.constant(1, width)),
              parameters.add(place + ".norm.bias", rng -> Init.zeros(width)),
              EPS),
          new Linear(
              parameters.add(
                  place + ".qkv.weight", rng -> Init.kaimingUniform(rng, width, 3L * inner, width)),
              null),
          new Linear(
              parameters.add(
                  place + ".proj.weight", rng -> Init.kaimingUniform(rng, inner, width, inner)),
              parameters.add(place + ".proj.bias", rng -> Init.kaimingUniform(rng, inner, width))),
          heads);
    }

    /** x (M, K, D) to the same shape. */
    Tensor forward(Tensor x) {
      long inner = (long) WIDTH_OF_A_HEAD * heads;
      Tensor parts =
          qkv.forward(norm.forward(x))
              .view(x.size(0), x.size(1), 3, heads, WIDTH_OF_A_HEAD)
              .permute(2, 0, 3, 1, 4); // (3, M, H, K, 3)
      Tensor scores = parts.select(0, 0).matmul(parts.select(0, 1).mT());
      Tensor shares = Tensors.scaled(scores, 1 / Math.sqrt((double) inner)).softmax(-1);
      Tensor mixed = shares.matmul(parts.select(0, 2)).transpose(1, 2);
      return proj.forward(mixed.reshape(x.size(0), x.size(1), inner));
    }
  }

  static GeometryAdapter initial(
      Local local, int width, String place, Parameters parameters, Map<String, Tensor> statistics) {
    Tensor mean = parameters.place(Init.zeros(width));
    Tensor var = parameters.place(Init.constant(1, width));
    statistics.put(place + "." + BatchNorm.RUNNING_MEAN, mean);
    statistics.put(place + "." + BatchNorm.RUNNING_VAR, var);
    Tensor weight = parameters.add(place + ".weight", rng -> Init.constant(1, width));
    Tensor bias = parameters.add(place + ".bias", rng -> Init.zeros(width));
    return new GeometryAdapter(local, new BatchNorm(place, weight, bias, mean, var, false));
  }

  /**
   * The new patches.
   *
   * @param tokens (B, M, D) at the positions of {@code near}, the patches (B, G, D) last
   */
  Tensor forward(Block b, Tensor tokens, Neighbourhoods near, Pass pass) {
    long batch = tokens.size(0);
    long width = tokens.size(2);
    long groups = near.weights().size(1);
    Tensor flat = tokens.reshape(-1, width);
    Tensor members = PointSearch.chosen(flat, near.members()).view(-1, near.size(), width);
    Tensor branch =
        pass.dropPath(local.forward(members), b.depthShare(), b.name() + ".geometry.drop_path");
    Tensor pooled = Tensors.fp32(Tensors.max(members.add(branch), 1)); // (B·S, D)
    Tensor centres = Tensors.fp32(PointSearch.chosen(flat, near.centres()));
    Tensor features =
        torch.gelu(norm.forward(pooled, pass)).add(Tensors.scaled(centres, COEFFICIENT));
    Tensor received = near.weights().matmul(features.view(batch, -1, width)); // (B, G, D)
    Tensor patches = tokens.narrow(1, tokens.size(1) - groups, groups);
    return patches.add(Tensors.like(Tensors.scaled(received, COEFFICIENT), patches));
  }
}
