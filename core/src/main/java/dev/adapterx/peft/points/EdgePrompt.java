package dev.adapterx.peft.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointSearch;
import dev.adapterx.peft.kit.Distances;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * IDPT's prompt module: three edge convolutions of a dynamic graph CNN over the patch tokens of one
 * cloud (Wang et al., Dynamic Graph CNN for Learning on Point Clouds, <a
 * href="https://arxiv.org/abs/1801.07829">arXiv 1801.07829</a>) and one that fuses them.
 *
 * <pre>
 *   e(x)_i = max over the k nearest j of x_i, itself included, of φ(bn(W [x_j − x_i, x_i]))
 *   x1 = e1(y), x2 = e2(x1), x3 = e3(x2);  prompt = max_i φ(bn(W [x1, x2, x3]_i))
 * </pre>
 *
 * with φ a leaky ReLU and neighbours by Euclidean distance among the features each layer sees.
 *
 * <p>{@code W [x_j − x_i, x_i] = V x_j + (U − V) x_i} for W = [V, U]: both products are computed
 * once per token instead of once per edge, which changes nothing beyond rounding. Everything is
 * fp32.
 *
 * <p>Trainable: 3·2D² + 3D² + 8D.
 */
record EdgePrompt(List<Layer> edges, Layer fuse, int neighbours, NamedTensors buffers) {
  private static final double SLOPE = 0.2;
  private static final int LEVELS = 3;

  /** A matrix (D, F) without bias and a batch norm. */
  record Layer(Tensor weight, BatchNorm norm) {
    /** x (R, D), then the norm and the leaky ReLU. */
    Tensor normed(Tensor x, Pass pass) {
      return torch.leaky_relu(norm.forward(x, pass), new Scalar(SLOPE));
    }
  }

  static EdgePrompt initial(int width, int neighbours, String place, Parameters parameters) {
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    List<Layer> edges =
        IntStream.range(0, LEVELS)
            .mapToObj(l -> layer(2 * width, width, place + ".edge." + l, parameters, statistics))
            .toList();
    Layer fuse = layer(LEVELS * width, width, place + ".fuse", parameters, statistics);
    return new EdgePrompt(edges, fuse, neighbours, NamedTensors.of(statistics));
  }

  private static Layer layer(
      int in, int out, String place, Parameters parameters, Map<String, Tensor> statistics) {
    String norm = place + ".norm";
    Tensor weight =
        parameters.add(place + ".conv.weight", rng -> Init.kaimingUniform(rng, in, out, in));
    Tensor gain = parameters.add(norm + ".weight", rng -> Init.constant(1, out));
    Tensor bias = parameters.add(norm + ".bias", rng -> Init.zeros(out));
    Tensor mean = parameters.place(Init.zeros(out));
    Tensor var = parameters.place(Init.constant(1, out));
    statistics.put(norm + "." + BatchNorm.RUNNING_MEAN, mean);
    statistics.put(norm + "." + BatchNorm.RUNNING_VAR, var);
    return new Layer(weight, new BatchNorm(norm, gain, bias, mean, var, false));
  }

  /** y (B, G, D) to the prompt (B, 1, D) in fp32. */
  Tensor forward(Tensor y, Pass pass) {
    requireNeighbours(neighbours, y.size(1));
    Tensor x = Tensors.fp32(y);
    List<Tensor> levels = new ArrayList<>();
    for (Layer edge : edges) {
      x = convolved(edge, x, pass);
      levels.add(x);
    }
    Tensor joined = Tensors.cat(2, levels.toArray(Tensor[]::new)).flatten(0, 1); // (B·G, 3D)
    Tensor z = fuse.normed(joined.mm(fuse.weight.t()), pass);
    return Tensors.max(z.view(x.shape()), 1).unsqueeze(1);
  }

  /** One edge convolution: x (B, G, D) to the same shape. */
  private Tensor convolved(Layer layer, Tensor x, Pass pass) {
    long batch = x.size(0);
    long groups = x.size(1);
    long width = x.size(2);
    Tensor ofNeighbour = layer.weight.narrow(1, 0, width); // V
    Tensor ofToken = layer.weight.narrow(1, width, width).sub(ofNeighbour); // U − V
    Tensor flat = x.reshape(batch * groups, width);
    Tensor far = PointSearch.chosen(flat.mm(ofNeighbour.t()), nearest(x)); // (B·G·k, D)
    Tensor own = flat.mm(ofToken.t()).unsqueeze(1); // (B·G, 1, D)
    Tensor edges = far.view(batch * groups, neighbours, width).add(own);
    Tensor open = layer.normed(edges.view(-1, width), pass);
    return Tensors.max(open.view(batch, groups, neighbours, width), 2);
  }

  /** (B·G·k) rows of the k tokens nearest each, within its cloud. */
  private Tensor nearest(Tensor x) {
    return Scope.within(
        () -> {
          Tensor distances = Distances.among(x.detach(), new LongOptional()); // (B, G, G)
          return PointSearch.rows(distances.topk(neighbours, 2, false, true).get1(), x.size(1));
        });
  }

  /** Checks that there are at least as many tokens as neighbours. */
  static void requireNeighbours(int neighbours, long patches) {
    if (neighbours > patches) {
      throw new ConfigException(
          "idpt.neighbours must be at most the number of patches "
              + patches
              + ", found "
              + neighbours
              + "; nearest valid: "
              + patches);
    }
  }
}
