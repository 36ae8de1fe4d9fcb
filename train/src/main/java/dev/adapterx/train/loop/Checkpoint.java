package dev.adapterx.train.loop;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole state of a training between two steps, in one file: the trained values, both moments,
 * the average if there is one, running statistics, the counters, and the sums of an unfinished
 * epoch. Random streams need no state: they are derived from seed and step.
 *
 * @param epoch epochs completed
 * @param bestEpoch the best of them on the validation split, counted from 1; 0: none was evaluated
 * @param bestScore its primary score
 * @param within state of the next, unfinished epoch
 */
public record Checkpoint(int epoch, int bestEpoch, double bestScore, EpochSums.State within) {
  private static final String BUFFERS = "buffers.";
  private static final String BEST_SCORE = "best-score";

  /** The best score's key from before there were tasks other than classification. */
  private static final String BEFORE = "best-accuracy";

  private static final String CHECKSUM = "crc32c";
  private static final JsonMapper JSON = JsonMapper.shared();

  /** The start of a training. */
  public static final Checkpoint START =
      new Checkpoint(0, 0, Double.NEGATIVE_INFINITY, EpochSums.NONE);

  /** The same epochs, plus a part of the next. */
  public Checkpoint within(EpochSums.State sums) {
    return new Checkpoint(epoch, bestEpoch, bestScore, sums);
  }

  public void write(Path file, Trainer trainer) {
    AdamW optimiser = trainer.optimiser();
    try (Scope scope = Scope.withoutGradients()) {
      List<StoredTensor> tensors = new ArrayList<>();
      tensors.add(stored("theta", optimiser.theta()));
      tensors.add(stored("m", optimiser.firstMoment()));
      tensors.add(stored("v", optimiser.secondMoment()));
      Tensor average = trainer.average();
      if (average != null) {
        tensors.add(stored("average", average));
      }
      trainer.buffers().forEach((name, buffer) -> tensors.add(stored(BUFFERS + name, buffer)));
      Map<String, String> counters = new LinkedHashMap<>();
      counters.put("identity", trainer.identity());
      counters.put("epoch", Integer.toString(epoch));
      counters.put("steps", Long.toString(optimiser.steps()));
      counters.put("best-epoch", Integer.toString(bestEpoch));
      counters.put(BEST_SCORE, Double.toString(bestScore));
      if (within.steps() > 0) {
        counters.put("within", JSON.writeValueAsString(within));
      }
      counters.put(CHECKSUM, checksum(counters, tensors));
      SafetensorsWriter.write(file, tensors, counters);
    }
  }

  /**
   * Restores a trainer's state from a file.
   *
   * @param stored the result of {@link #whole}
   * @throws CheckpointException when the file belongs to another model
   */
  public static Checkpoint of(WeightFile stored, Trainer trainer) {
    Path file = stored.path();
    String identity = stored.metadata().getOrDefault("identity", "");
    if (!identity.isEmpty() && !trainer.isIdentity(identity)) {
      throw new CheckpointException(
          file
              + " was made with another method, backbone, seed or other classes than the run's recipe"
              + " names; restore the recipe or the checkpoint, or train in a new folder");
    }
    AdamW optimiser = trainer.optimiser();
    try (Scope scope = Scope.withoutGradients()) {
      copy(stored.tensor("theta"), optimiser.theta(), file);
      copy(stored.tensor("m"), optimiser.firstMoment(), file);
      copy(stored.tensor("v"), optimiser.secondMoment(), file);
      Tensor average = trainer.average();
      if (average != null) {
        copy(stored.tensor("average"), average, file);
      }
      trainer
          .buffers()
          .forEach((name, buffer) -> copy(stored.tensor(BUFFERS + name), buffer, file));
    }
    try {
      Map<String, String> counters = stored.metadata();
      optimiser.resumeAt(Long.parseLong(counters.getOrDefault("steps", "")));
      return new Checkpoint(
          Integer.parseInt(counters.getOrDefault("epoch", "")),
          Integer.parseInt(counters.getOrDefault("best-epoch", "")),
          Double.parseDouble(counters.getOrDefault(BEST_SCORE, counters.getOrDefault(BEFORE, ""))),
          within(counters.getOrDefault("within", "")));
    } catch (NumberFormatException | JacksonException e) {
      throw new CheckpointException(
          file + " is no training checkpoint: its counters are missing or damaged", e);
    }
  }

  private static EpochSums.State within(String json) {
    return json.isEmpty() ? EpochSums.NONE : JSON.readValue(json, EpochSums.State.class);
  }

  /**
   * Reads a checkpoint's tensors and counters, and verifies their hash.
   *
   * @throws CheckpointException when it is damaged
   */
  public static WeightFile whole(Path file) {
    WeightFile stored = WeightFile.read(file);
    String written = stored.metadata().getOrDefault(CHECKSUM, "");
    String found = checksum(stored.metadata(), stored.tensors().values());
    if (!written.isEmpty() && !written.equals(found)) { // the first versions wrote none
      throw new CheckpointException(
          file
              + ": its bytes changed since it was written: checksum "
              + found
              + ", not "
              + written);
    }
    return stored;
  }

  private static String checksum(Map<String, String> counters, Collection<StoredTensor> tensors) {
    CRC32C sum = new CRC32C();
    Map<String, String> others = new TreeMap<>(counters);
    others.remove(CHECKSUM);
    sum.update(others.toString().getBytes(StandardCharsets.UTF_8));
    tensors.forEach(tensor -> sum.update(tensor.data()));
    return Long.toHexString(sum.getValue());
  }

  private static StoredTensor stored(String name, Tensor tensor) {
    return new StoredTensor(name, DType.F32, tensor.shape(), Tensors.bytes(tensor));
  }

  private static void copy(StoredTensor from, Tensor into, Path file) {
    if (from.elements() != into.numel()) {
      throw new CheckpointException(
          file
              + ": "
              + from.name()
              + " has "
              + from.elements()
              + " values, this training has "
              + into.numel()
              + "; the recipe was changed since");
    }
    into.copy_(Tensors.of(from.floats(), into.shape()));
  }
}
