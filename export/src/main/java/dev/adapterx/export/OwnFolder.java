package dev.adapterx.export;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.export.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether an export wrote to a folder before: a graph there says so in its metadata. */
final class OwnFolder {
  /** The key of a graph's metadata that names the adapters it takes. */
  static final String MARK = "adapterx.graph";

  private static final Pattern GRAPH = Pattern.compile("(backbone|model)(\\.\\w+)?\\.onnx");

  /** Graphs of ours have their weights in a file beside them, all but a few. */
  private static final long LARGEST = 512L << 20;

  private OwnFolder() {}

  static boolean is(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    List<Path> graphs;
    try (Stream<Path> files = Files.list(folder)) {
      graphs =
          files
              .filter(file -> GRAPH.matcher(String.valueOf(file.getFileName())).matches())
              .toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not list " + folder + ": " + Reason.of(e), e);
    }
    return graphs.stream().anyMatch(OwnFolder::isGraph);
  }

  private static boolean isGraph(Path file) {
    try {
      return Files.size(file) <= LARGEST && OnnxFile.metadata(file).containsKey(MARK);
    } catch (CheckpointException e) {
      return false; // of another program, or not whole
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }
}
