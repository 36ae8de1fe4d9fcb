package dev.adapterx.peft;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.SmallFile;
import dev.adapterx.base.WholeFile;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/**
 * The two files of an adapter, which are never read together unless they belong together. The
 * config is written last and marks both as complete. Over an adapter that differs in its tensors
 * alone, as that of the previous epoch, only the tensors are replaced; otherwise the old config is
 * deleted first.
 */
record AdapterFolder(Path path) {
  Path config() {
    return path.resolve("adapter_config.json");
  }

  private Path model() {
    return path.resolve("adapter_model.safetensors");
  }

  boolean exists() {
    return Files.isRegularFile(config());
  }

  /** Changes whenever one of the files is replaced. */
  String version() {
    try {
      return version(config()) + " " + version(model());
    } catch (IOException e) {
      throw new CheckpointException("There is no adapter here: " + path + ": " + Reason.of(e), e);
    }
  }

  private static String version(Path file) throws IOException {
    BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
    return of.lastModifiedTime() + ":" + of.size() + ":" + of.fileKey();
  }

  void write(String config, List<StoredTensor> tensors) {
    boolean same = holds(config);
    if (!same) {
      discardConfig();
    }
    SafetensorsWriter.write(model(), tensors, Map.of("format", "pt"));
    if (!same) {
      WholeFile.write(config(), config);
    }
  }

  /**
   * The config's text.
   *
   * @throws CheckpointException when there is none
   */
  String text() {
    if (!exists()) {
      throw new CheckpointException("There is no adapter here: " + config() + " does not exist");
    }
    try {
      return SmallFile.text(config());
    } catch (IOException e) {
      throw new CheckpointException(config() + " is not readable JSON: " + Reason.of(e), e);
    }
  }

  /**
   * The tensors that belong to a config.
   *
   * @throws CheckpointException when they are missing or damaged, or are being written by another
   *     process
   */
  Map<String, StoredTensor> tensors(String config) {
    Map<String, StoredTensor> tensors = WeightFile.read(model()).tensors();
    if (!holds(config)) {
      throw new CheckpointException(
          config() + " was replaced while it was being read; try again once that is done");
    }
    return tensors;
  }

  private boolean holds(String config) {
    try {
      return exists() && SmallFile.text(config()).equals(config);
    } catch (IOException e) {
      return false; // unreadable, so it differs
    }
  }

  private void discardConfig() {
    try {
      Files.deleteIfExists(config());
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not replace "
              + config()
              + ": "
              + Reason.of(e)
              + ". Choose another folder and try again",
          e);
    }
  }
}
