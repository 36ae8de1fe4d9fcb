package dev.adapterx.export.method;

import dev.adapterx.export.onnx.ElementType;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.NormSite;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.mixture.AdapterX;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Adapter-X, with static shapes. Few experts see all sub-tokens, and a gate closes all but one; of
 * many, each sub-token takes the weights of its own.
 */
record Mixtures(AdapterX method) implements TunerGraph {
  /** Smallest length the router divides a vector by. */
  private static final double EPS = 1e-4;

  /** With more experts than this, sub-tokens take the weights of their own. */
  static final int MASKED = 16;

  @Override
  public BlockGraph block(int i, int depth) {
    return around(i, depth);
  }

  Around around(int i, int depth) {
    return new Around(method, i, depth);
  }

  /** With a token behind the prefix that says what an adapter did: y, m (B, N, D). */
  static Value prompted(
      GraphBlock b, String place, Activation activation, boolean onMean, Value y, Value m) {
    Graph g = b.graph();
    Value mean = g.mean(Bottlenecks.activated(g, activation, m), 1); // (B, 1, D)
    Value own = Norms.transformed(b.source(), place, mean);
    Value prompt = onMean ? g.add(own, g.mean(y, 1)) : own;
    return g.inserted(y, prompt, b.prefix(), 0);
  }

  /** Around one block. */
  record Around(AdapterX method, int index, int depth) implements BlockGraph {
    @Override
    public Value norm(GraphBlock b, NormSite at, Value x) {
      if (at == NormSite.NORM1 || method.norm2() != AdapterX.Norm2.SHARED) {
        return b.norm(at, x); // a block's own one has the name of the frozen one
      }
      Source s = b.source();
      double eps = b.block().norm2().eps();
      return s.graph().layerNorm(x, s.own("norm2.weight"), s.own("norm2.bias"), eps);
    }

    @Override
    public Value attend(GraphBlock b, Value q, Value k, Value v) {
      String name = b.name() + ".prompt.bias";
      return b.attended(q, k, v, b.source().hasOwn(name) ? promptBias(b, name, k.size(2)) : null);
    }

    /** The trained number where a key is a prompt's, 0 elsewhere: (1, 1, 1, N). */
    private Value promptBias(GraphBlock b, String name, long tokens) {
      int prefix = b.prefix();
      float[] mask = new float[(int) tokens];
      int prompts = index; // every block before has added one
      for (int i = 0; i < prompts; i++) {
        mask[prefix + i] = 1;
      }
      Value there = b.graph().floats("prompts of block " + index, mask, 1, 1, 1, tokens);
      return b.graph().mul(there, b.source().own(name));
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Graph g = b.graph();
      Value u = norm(b, NormSite.NORM2, a);
      Value f = mlp(b, u);
      boolean parallel = method.form() == AdapterX.Form.PARALLEL;
      Value m = mixture(b, parallel ? u : f);
      Value scaled = g.scaled(m, method.scale());
      Value y = g.add(g.add(a, f), scaled);
      if (index == depth - 1 || !method.prompts()) {
        return y;
      }
      boolean onMean = method.promptBase() == AdapterX.PromptBase.MEAN;
      return prompted(b, b.name() + ".prompt", method.promptActivation(), onMean, y, m);
    }

    Value mixture(GraphBlock b, Value x) {
      Graph g = b.graph();
      Source s = b.source();
      String own = b.name() + ".own.";
      Value into =
          s.hasOwn(own + "input.weight")
              ? g.add(g.mul(x, s.own(own + "input.weight")), s.own(own + "input.bias"))
              : x;
      long heads = method.heads();
      long width = x.size(2) / heads;
      Value u = g.reshape(into, Value.BATCH, x.size(1) * heads, width); // (B, T, d)
      Value y = g.reshape(experts(b, u), Value.BATCH, x.size(1), x.size(2));
      for (String scale : new String[] {own + "output.weight", own + "scale"}) {
        y = s.hasOwn(scale) ? g.mul(y, s.own(scale)) : y;
      }
      return y;
    }

    /** {@code Σ_j g_j E_j(u)}: u (B, T, d) to the same shape. */
    private Value experts(GraphBlock b, Value u) {
      Graph g = b.graph();
      Source s = b.source();
      String library = library();
      Value down = s.own(library + ".down.weight"); // (E, R, d)
      Value up = s.own(library + ".up.weight"); // (E, d, R)
      long experts = down.size(0);
      long inner = down.size(1);
      Gate found = gate(b, u, library);
      if (found.chosen() != null && experts > MASKED) {
        return taken(b, u, library, found.weights(), found.chosen());
      }
      Value rows = g.reshape(down, experts * inner, u.size(2));
      Value offset = g.reshape(s.own(library + ".down.bias"), experts * inner);
      Value hidden = Bottlenecks.activated(g, method.activation(), g.linear(u, rows, offset));
      Value gate = found.weights(); // (B, T, E) or (E)
      Value split = g.reshape(hidden, Value.BATCH, u.size(1), experts, inner);
      boolean same = gate.rank() == 1;
      Value open =
          g.mul(
              split,
              same
                  ? g.reshape(gate, experts, 1)
                  : g.reshape(gate, Value.BATCH, u.size(1), experts, 1));
      Value flat = g.reshape(open, Value.BATCH, u.size(1), experts * inner);
      Value columns = g.reshape(g.transposed(up, 0, 2, 1), experts * inner, u.size(2));
      Value bias = s.own(library + ".up.bias"); // (E, d)
      Value shift = g.matmul(same ? g.reshape(gate, 1, 1, experts) : gate, bias);
      return g.add(g.matmul(flat, columns), shift);
    }

    /**
     * The same of sub-tokens that go to one expert each, by the weights that each takes: the cost
     * does not grow with the number of experts.
     *
     * @param gate (B, T, E), 0 for all others
     * @param chosen (B, T, 1)
     */
    private Value taken(GraphBlock b, Value u, String library, Value gate, Value chosen) {
      Graph g = b.graph();
      Source s = b.source();
      Value at = g.reshape(chosen, Value.BATCH, u.size(1));
      Value down = g.rows(s.own(library + ".down.weight"), at); // (B, T, R, d)
      Value up = g.rows(s.own(library + ".up.weight"), at); // (B, T, d, R)
      Value inner = g.add(product(g, down, u), g.rows(s.own(library + ".down.bias"), at));
      Value hidden = Bottlenecks.activated(g, method.activation(), inner);
      Value y = g.add(product(g, up, hidden), g.rows(s.own(library + ".up.bias"), at));
      return g.mul(y, g.sum(gate, 2));
    }

    /** Matrices (B, T, m, n) times vectors (B, T, n). */
    private static Value product(Graph g, Value matrices, Value vectors) {
      Value columns = g.reshape(vectors, Value.BATCH, vectors.size(1), vectors.size(2), 1);
      Value made = g.matmul(matrices, columns);
      return g.reshape(made, Value.BATCH, made.size(1), made.size(2));
    }

    /**
     * A decision.
     *
     * @param weights of each expert's output: (B, T, E), or (E) where tokens make none
     * @param chosen the one expert of each sub-token (B, T, 1), where it is one
     */
    private record Gate(Value weights, @Nullable Value chosen) {}

    private Gate gate(GraphBlock b, Value u, String library) {
      Graph g = b.graph();
      int experts = method.experts();
      if (method.routing() == AdapterX.Routing.RANDOM) {
        float[] even = new float[experts];
        java.util.Arrays.fill(even, (float) (1.0 / experts));
        return new Gate(g.floats("even gates", even, experts), null);
      }
      Value p = g.softmax(scores(b, u, library));
      if (method.routing() == AdapterX.Routing.SOFT) {
        return new Gate(p, null);
      }
      Value best = g.argmax(p); // (B, T, 1)
      long tokens = u.size(1) / method.heads();
      b.routes().add(g.reshape(best, Value.BATCH, tokens, method.heads()));
      Value all = g.longs(LongStream.range(0, experts).toArray());
      Value chosen = g.cast(g.equal(best, all), ElementType.FLOAT);
      Value weights =
          switch (method.gate()) {
            case PROBABILITY -> g.mul(chosen, p);
            case TIMES_EXPERTS -> g.scaled(g.mul(chosen, p), experts);
            case ONE -> chosen;
          };
      return new Gate(weights, best);
    }

    private Value scores(GraphBlock b, Value u, String library) {
      Graph g = b.graph();
      Source s = b.source();
      String own = b.name() + ".own.router";
      String router = method.own().router() ? own : library + ".router";
      String added = own + ".embedding";
      Value moved = s.hasOwn(added) ? s.own(added) : null;
      if (method.router() == AdapterX.RouterFlavour.LINEAR) {
        return g.linear(moved == null ? u : g.add(u, moved), s.own(router + ".weight"));
      }
      Value unit = unit(g, s.own(router + ".experts")); // (E, K)
      Value reduction = s.own(router + ".reduction.weight"); // (K, d)
      if (method.router() == AdapterX.RouterFlavour.TORCHSCALE && moved == null) {
        return g.linear(u, g.matmul(unit, reduction));
      }
      Value reduced = shifted(g, g.linear(u, reduction), moved); // (B, T, K)
      if (method.router() == AdapterX.RouterFlavour.TORCHSCALE) {
        return g.linear(reduced, unit);
      }
      return g.div(g.linear(unit(g, reduced), unit), s.own(router + ".temperature"));
    }

    private static Value shifted(Graph g, Value x, @Nullable Value by) {
      return by == null ? x : g.add(x, by);
    }

    private static Value unit(Graph g, Value rows) {
      return g.div(rows, g.max(g.length(rows, -1), g.scalar(EPS)));
    }

    private String library() {
      return switch (method.share()) {
        case ALL -> "smoa";
        case GROUPS -> "groups." + index * method.groups() / depth + ".smoa";
        case NONE -> "blocks." + index + ".smoa";
      };
    }
  }
}
