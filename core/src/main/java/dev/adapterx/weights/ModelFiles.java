package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/** The files that together are a model, for all that fetch them from elsewhere. */
public final class ModelFiles {
  /** What may lie beside weights and describe them. */
  public static final List<String> DESCRIPTIONS =
      List.of("config.json", "preprocessor_config.json", "open_clip_config.json");

  private ModelFiles() {}

  /** Names of weights in a model's folder; the first that exists is read. */
  public static List<String> customary() {
    return ShardedFolder.CUSTOMARY;
  }

  /**
   * The files beside an index that hold the tensors.
   *
   * @return none where {@code weights} is no index, but holds the tensors itself
   * @throws CheckpointException when the index is damaged or names a file of another folder
   */
  public static List<String> shards(Path weights) {
    return weights.toString().endsWith(ShardedFolder.INDEX_SUFFIX)
        ? List.copyOf(new LinkedHashSet<>(ShardedFolder.shards(weights)))
        : List.of();
  }
}
