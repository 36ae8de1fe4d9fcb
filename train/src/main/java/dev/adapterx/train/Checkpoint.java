package dev.adapterx.train;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The whole state of a training after an epoch, in one file: the trained values, both moments, the
 * average if there is one, running statistics, and the counters. Random streams need no state: they
 * are named by seed and step.
 *
 * @param epoch epochs completed
 * @param bestEpoch the best of them on the validation split, from 1; 0: none was measured
 * @param bestAccuracy its accuracy in percent
 */
record Checkpoint(int epoch, int bestEpoch, double bestAccuracy) {
  private static final String BUFFERS = "buffers.";

  /** Nothing done yet. */
  static final Checkpoint START = new Checkpoint(0, 0, Double.NEGATIVE_INFINITY);

  void write(Path file, Trainer trainer) {
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
      SafetensorsWriter.write(
          file,
          tensors,
          Map.of(
              "identity", trainer.identity(),
              "epoch", Integer.toString(epoch),
              "steps", Long.toString(optimiser.steps()),
              "best-epoch", Integer.toString(bestEpoch),
              "best-accuracy", Double.toString(bestAccuracy)));
    }
  }

  /**
   * Puts a trainer into the state of a file.
   *
   * @throws CheckpointException when the file is missing, damaged or of another model
   */
  static Checkpoint read(Path file, Trainer trainer) {
    if (!Files.isRegularFile(file)) {
      return START;
    }
    WeightFile stored = stored(file);
    String identity = stored.metadata().getOrDefault("identity", "");
    if (!identity.isEmpty() && !identity.equals(trainer.identity())) {
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
          Double.parseDouble(counters.getOrDefault("best-accuracy", "")));
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          file + " is no training checkpoint: its counters are missing or damaged", e);
    }
  }

  private static WeightFile stored(Path file) {
    try {
      return WeightFile.read(file);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          "The run's checkpoint cannot be read: "
              + e.getMessage()
              + ". Restore it, or delete it to train this run from the beginning",
          e);
    }
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
