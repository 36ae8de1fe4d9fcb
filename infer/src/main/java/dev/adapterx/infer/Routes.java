package dev.adapterx.infer;

import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Which expert each patch of a picture, or group of a cloud, went to in each block: the tokens at
 * the end are theirs, and of a token's sub-tokens the most frequent expert counts. Where later
 * blocks have fewer cells, a patch of the first block went where the cell went that it lies in.
 */
public final class Routes implements Pass.RoutingObserver {
  private final Map<String, int[]> byBlock = new LinkedHashMap<>(); // of all tokens
  private final List<String> names;
  private final List<Grid.Cells> grids = new ArrayList<>();
  private int experts;

  private Routes(List<String> names) {
    this.names = names;
  }

  /**
   * Computes the features of one sample and keeps its routes.
   *
   * @param values of the sample, of the shape that the model takes
   */
  public static Routes of(AdaptedModel model, float[] values) {
    Routes routes = new Routes(model.tunedBackbone().blocks().stream().map(Block::name).toList());
    int blocks = routes.names.size();
    try (Scope scope = Scope.withoutGradients()) {
      long[] shape = model.backbone().preprocessing().inputShape();
      Tensor one = Tensors.of(values, 1, shape[0], shape[1], shape[2]);
      Reads all = Reads.layers(IntStream.range(0, blocks).boxed().toList());
      Features read = model.features(one, Pass.evaluation(routes), all);
      for (int i = 0; i < blocks; i++) {
        // Centres are tensors of this scope; how many there are is all that is kept of them.
        routes.grids.add(
            read.grid(i) instanceof Grid.Cells cells
                ? cells
                : new Grid.Cells(read.grid(i).patches(), 1));
      }
    }
    return routes;
  }

  /** How many experts a block has; 0 if the method does not route. */
  public int experts() {
    return experts;
  }

  /** The cells of the first block, which {@link #expert} has; a column of a cloud's groups. */
  public Grid.Cells cells() {
    return grids.get(0);
  }

  /** The names of the blocks that route, in the order of {@link #expert}. */
  public List<String> blocks() {
    return List.copyOf(byBlock.keySet());
  }

  /** (L, G): the expert of each place in each block; empty if the method does not route. */
  public int[][] expert() {
    return byBlock.entrySet().stream()
        .map(e -> spread(e.getValue(), grids.get(names.indexOf(e.getKey()))))
        .toArray(int[][]::new);
  }

  private int[] spread(int[] tokens, Grid.Cells own) {
    Grid.Cells fine = cells();
    int[] spread = new int[fine.patches()];
    for (int i = 0; i < spread.length; i++) {
      int row = i / fine.width() * own.height() / fine.height();
      int column = i % fine.width() * own.width() / fine.width();
      spread[i] = tokens[tokens.length - own.patches() + row * own.width() + column];
    }
    return spread;
  }

  @Override
  public void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    experts = Math.toIntExact(probabilities.size(1));
    long[] all = Tensors.longs(chosen);
    int[] most = new int[all.length / heads];
    for (int token = 0; token < most.length; token++) {
      int[] votes = new int[experts];
      for (int h = 0; h < heads; h++) {
        votes[(int) all[token * heads + h]]++;
      }
      for (int e = 1; e < experts; e++) {
        most[token] = votes[e] > votes[most[token]] ? e : most[token];
      }
    }
    byBlock.put(place, most);
  }
}
