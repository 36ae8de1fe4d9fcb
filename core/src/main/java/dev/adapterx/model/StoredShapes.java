package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The shapes of the tensors of a weight file: what follows from them about a network, and whether
 * they are all of one.
 *
 * @param where names the file in messages
 */
public record StoredShapes(Map<String, StoredTensor> tensors, String where) {
  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The shape of a tensor.
   *
   * @throws CheckpointException when it is missing or has another number of dimensions
   */
  public long[] of(String name, int dimensions) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          where + ": there is no tensor '" + name + "'" + Names.hint(name, tensors.keySet()));
    }
    if (tensor.shape().length != dimensions) {
      throw new CheckpointException(
          where + ": " + tensor + " should have " + dimensions + " dimensions");
    }
    return tensor.shape();
  }

  /** How many blocks there are below a place. */
  public int depth(String blocks) {
    int depth = 0;
    while (has(blocks + depth + ".norm1.weight")) {
      depth++;
    }
    if (depth == 0) {
      String first = blocks + "0.norm1.weight";
      throw new CheckpointException(
          where + ": there is no " + first + Names.hint(first, tensors.keySet()));
    }
    return depth;
  }

  /**
   * Attention heads of a width: the published number, else one for each 64.
   *
   * @param known 0 if the width is not a published one
   */
  int guessedHeads(int width, int known) {
    if (known > 0) {
      return known;
    }
    if (width % 64 == 0) {
      return width / 64;
    }
    throw new CheckpointException(
        where
            + ": the number of attention heads cannot be told from a width of "
            + width
            + "; put the model's config.json beside the file or set backbone.heads");
  }

  /**
   * Compares what is there with what a network needs.
   *
   * @param network in words
   * @param optional names that may be missing
   * @param besides names that may be there
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  public void require(
      Map<String, long[]> wanted,
      String network,
      Predicate<String> optional,
      Predicate<String> besides) {
    List<String> problems = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          StoredTensor tensor = tensors.get(name);
          if (tensor == null && !optional.test(name)) {
            missing.add(name);
          } else if (tensor != null && !Arrays.equals(tensor.shape(), shape)) {
            problems.add(
                name
                    + " has shape "
                    + Tensors.shape(tensor.shape())
                    + ", expected "
                    + Tensors.shape(shape));
          }
        });
    List<String> unexpected =
        tensors.keySet().stream()
            .filter(name -> !wanted.containsKey(name) && !besides.test(name))
            .toList();
    if (!missing.isEmpty()) {
      problems.add(0, "missing " + Names.some(missing) + nearest(missing.get(0), unexpected));
    }
    if (!unexpected.isEmpty()) {
      problems.add("unexpected " + Names.some(unexpected));
    }
    List<String> empty =
        tensors.values().stream().filter(t -> t.elements() == 0).map(StoredTensor::name).toList();
    if (!empty.isEmpty()) {
      problems.add("without values " + Names.some(empty));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          where
              + " does not fit "
              + network
              + ": "
              + String.join("; ", problems)
              + ". Nothing was loaded.");
    }
  }

  private static String nearest(String missing, Collection<String> unexpected) {
    return Names.nearest(missing, unexpected).map(n -> " (is it '" + n + "'?)").orElse("");
  }

  /** Adds a norm's two vectors to the shapes of a network. */
  public static void norm(String place, long width, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {width});
    shapes.put(place + ".bias", new long[] {width});
  }

  /** Adds a linear layer with a bias to the shapes of a network. */
  public static void linear(String place, long in, long out, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {out, in});
    shapes.put(place + ".bias", new long[] {out});
  }
}
