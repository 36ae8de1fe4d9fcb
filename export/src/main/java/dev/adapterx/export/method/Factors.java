package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.peft.weight.Fact;
import java.util.Locale;

/** FacT: {@code y = W x + s · V S U x} of all four layers, U and V shared by all blocks. */
record Factors(Fact method) implements TunerGraph {
  @Override
  public BlockGraph block(int i, int depth) {
    return new Around(method, i);
  }

  private record Around(Fact method, int index) implements BlockGraph {
    @Override
    public Value linear(GraphBlock b, LinearSite at, Value x) {
      Graph g = b.graph();
      Value u = b.source().own("fact.u"); // (R, D)
      Value v = b.source().own("fact.v"); // (D, R)
      long width = u.size(1);
      long tokens = x.size(1);
      long rank = method.rank();
      Value s = factor(b, at); // (to · R, from · R)
      long from = s.size(1) / rank;
      long to = s.size(0) / rank;
      Value pieces = g.reshape(x, Value.BATCH, tokens, from, width);
      Value down = g.reshape(g.linear(pieces, u), Value.BATCH, tokens, from * rank);
      Value mixed = g.reshape(g.linear(down, s), Value.BATCH, tokens, to, rank);
      Value up = g.reshape(g.linear(mixed, v), Value.BATCH, tokens, to * width);
      return g.add(b.linear(at, x), g.scaled(up, method.scale()));
    }

    private Value factor(GraphBlock b, LinearSite at) {
      if (method.form() == Fact.Form.TK) {
        return slices(b, at);
      }
      Graph g = b.graph();
      Source s = b.source();
      String place = b.name() + ".fact.";
      return at == LinearSite.QKV
          ? g.concat(0, s.own(place + "q"), s.own(place + "k"), s.own(place + "v"))
          : s.own(place + at.name().toLowerCase(Locale.ROOT));
    }

    /** The columns of the shared factors that are a layer's: q, k, v, proj, fc1, fc2. */
    private Value slices(GraphBlock b, LinearSite at) {
      Graph g = b.graph();
      Value core = b.source().own("fact.core"); // (R, R, R)
      Value factors = b.source().own("fact.factors"); // (R, slices · L)
      Value u = b.source().own("fact.u");
      long ratio = b.block().mlp().fc1().weight().size(0) / u.size(1);
      long rank = method.rank();
      long first =
          index * (4 + 2 * ratio)
              + switch (at) {
                case QKV -> 0;
                case PROJ -> 3;
                case FC1 -> 4;
                case FC2 -> 4 + ratio;
              };
      long count =
          switch (at) {
            case QKV -> 3;
            case PROJ -> 1;
            case FC1, FC2 -> ratio;
          };
      Value cut = g.matmul(core, g.slice(factors, 1, first, first + count)); // (R, R, n)
      return switch (at) {
        case QKV, PROJ -> g.reshape(g.transposed(cut, 2, 1, 0), count * rank, rank);
        case FC1 -> g.transposed(g.reshape(cut, rank, rank * count), 1, 0);
        case FC2 -> g.reshape(cut, rank, rank * count);
      };
    }
  }
}
