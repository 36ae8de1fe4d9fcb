package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import org.jspecify.annotations.Nullable;

/**
 * Tokens on their way to a block, and the positions that every block adds again, if the backbone
 * does that: the twin of {@link dev.adapterx.model.tokens.Embedding}.
 *
 * @param input the graph's, of which there are B
 * @param tokens (B, N, D): prefix, tokens a method added, patches
 * @param positions (B, N, D), or absent
 * @param prefix tokens that stay in front
 */
public record GraphTokens(
    Graph graph, Value input, Value tokens, @Nullable Value positions, int prefix) {
  private GraphTokens with(Value others, @Nullable Value theirPositions) {
    return new GraphTokens(graph, input, others, theirPositions, prefix);
  }

  /** What the next block sees. */
  public Value positioned() {
    return positions == null ? tokens : graph.add(tokens, positions);
  }

  /** With the positions added here and not again. */
  public GraphTokens once() {
    return with(positioned(), null);
  }

  /** With tokens (B, n, D) put behind the prefix, and their positions (B, n, D) or none. */
  GraphTokens inserted(Value added, @Nullable Value theirs) {
    if (positions == null) {
      Value placed = theirs == null ? added : graph.add(added, theirs);
      return with(inserted(tokens, placed, 0), null);
    }
    Value own = theirs == null ? none(added.size(1), added.size(2)) : theirs;
    return with(inserted(tokens, added, 0), inserted(positions, own, 0));
  }

  /** With tokens (B, n, D) in place of the first n behind the prefix, whose positions they take. */
  GraphTokens replaced(Value by) {
    return with(inserted(tokens, by, by.size(1)), positions);
  }

  /** After a block, whose new tokens stand behind the prefix and have no position. */
  public GraphTokens after(Value out) {
    if (positions == null || out.size(1) == positions.size(1)) {
      return with(out, positions);
    }
    Value none = none(out.size(1) - positions.size(1), out.size(2));
    return with(out, inserted(positions, none, 0));
  }

  private Value inserted(Value x, Value added, long instead) {
    return graph.inserted(x, added, prefix, instead);
  }

  private Value none(long tokens, long width) {
    Value zeros =
        graph.floats(
            "no position " + tokens, new float[Math.toIntExact(tokens * width)], 1, tokens, width);
    return graph.perInput(zeros, input);
  }
}
