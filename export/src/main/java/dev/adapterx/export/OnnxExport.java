package dev.adapterx.export;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.export.method.MethodGraphs;
import dev.adapterx.export.method.Numbers;
import dev.adapterx.export.onnx.AdapterFormat;
import dev.adapterx.export.onnx.Data;
import dev.adapterx.export.onnx.ElementType;
import dev.adapterx.export.onnx.OnnxFile;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.tensor.Scope;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes adapted models as folders for ONNX Runtime: {@code backbone.onnx}, whose weights are the
 * checkpoint itself where that is safetensors in fp32, and for each adapter a file of kilobytes
 * that the same session runs with. A further adapter of the same method and backbone goes into the
 * same folder.
 */
public final class OnnxExport {
  /** Shares of the weights that may lie in the graph's own file; beyond it all are written anew. */
  private static final int FEW = 8;

  /** How the checkpoint came into the folder. */
  public enum Weights {
    /** A copy of the file, byte for byte. */
    COPIED,
    /** A new file, since the checkpoint is not safetensors in fp32 under these names. */
    WRITTEN,
    /** They were there, from an adapter exported before. */
    PRESENT
  }

  /**
   * What was written.
   *
   * @param graph its file
   * @param weights the file of its weights; absent where the graph was there already
   * @param how the weights came there
   * @param adapter the adapter's file; absent when it was merged
   */
  public record Written(Path graph, @Nullable Path weights, Weights how, @Nullable Path adapter) {}

  private OnnxExport() {}

  /**
   * Whether a method has a graph with its adapter beside it.
   *
   * @throws ConfigException naming those that have one, when it has none
   */
  public static void requireExportable(PeftMethod method) {
    MethodGraphs.of(method);
  }

  /**
   * Exports a model.
   *
   * @param checkpoint the backbone's weight file, which is used in place where it can be; absent:
   *     weights are written
   * @param name of the adapter, for its file
   * @throws ConfigException with the reason, before anything is written: no graph of this method,
   *     task or backbone; a folder of another backbone or method; files that would be overwritten
   */
  public static Written write(
      AdaptedModel model,
      @Nullable Path checkpoint,
      Path folder,
      String name,
      OnnxOptions options) {
    if (!ExportedGraph.isFileName(name)) {
      throw new ConfigException("'" + name + "' can be no file's name; name the adapter otherwise");
    }
    try (Scope scope = Scope.withoutGradients()) {
      ExportedGraph exported = ExportedGraph.of(model, options);
      return new Export(model, exported, folder, name, options).write(checkpoint);
    }
  }

  private record Export(
      AdaptedModel model, ExportedGraph exported, Path folder, String name, OnnxOptions options) {
    private boolean merged() {
      return options.merged();
    }

    Written write(@Nullable Path checkpoint) {
      Path graph = folder.resolve(options.stem() + ".onnx");
      Path adapter = merged() ? null : folder.resolve(name + ".onnx_adapter");
      requireFolder();
      byte[] own = adapter == null ? null : adapter();
      if (adapter != null && Files.exists(adapter) && !holds(adapter, own)) {
        throw new ConfigException(
            adapter
                + " exists already, is another adapter and is not overwritten; choose another name"
                + " or folder");
      }
      Map<String, String> metadata = metadata();
      boolean present = Files.exists(graph);
      if (present) {
        requireSame(graph, metadata);
      }
      Companions beside = new Companions(folder, name, exported, model, options);
      beside.requireFree(OwnFolder.is(folder), present, adapter != null && Files.exists(adapter));
      Written written =
          present
              ? new Written(graph, null, Weights.PRESENT, adapter)
              : graph(graph, adapter, checkpoint, metadata, beside);
      if (adapter != null && own != null) {
        WholeFile.write(adapter, out -> out.write(own));
      }
      beside.write();
      return written;
    }

    private void requireFolder() {
      Optional<Path> file = NewFolder.fileAt(folder);
      if (file.isPresent()) {
        throw new ConfigException(NewFolder.inTheWay(file.get()) + "; choose another place");
      }
    }

    /** The adapter was written before, with a graph in other numbers. */
    private static boolean holds(Path file, byte @Nullable [] bytes) {
      try {
        return Arrays.equals(Files.readAllBytes(file), bytes);
      } catch (IOException e) {
        throw new AdapterXException("Could not read " + file + ": " + Reason.of(e), e);
      }
    }

    /** The graph of these adapters is there already, or that of others. */
    private void requireSame(Path graph, Map<String, String> ours) {
      Map<String, String> theirs = OnnxFile.metadata(graph);
      if (merged() || !Objects.equals(ours.get(MARK), theirs.get(MARK))) {
        throw new ConfigException(
            graph
                + " is there already and takes adapters '"
                + theirs.getOrDefault(MARK, "of another program")
                + "'; this one is '"
                + ours.get(MARK)
                + "'"
                + ". Choose another folder");
      }
    }

    private Written graph(
        Path graph,
        @Nullable Path adapter,
        @Nullable Path checkpoint,
        Map<String, String> metadata,
        Companions beside) {
      Map<String, Data> places = new LinkedHashMap<>();
      Optional<WeightPlaces> found =
          checkpoint == null || merged() || options.numbers() != Numbers.FP32
              ? Optional.empty()
              : WeightPlaces.of(checkpoint);
      long missing = 0;
      long all = 0;
      for (Value weight : exported.graph().weights()) {
        ByteBuffer bytes = exported.bytes(weight);
        all += bytes.remaining();
        if (found.isPresent()) {
          Data place = found.get().find(weight.name(), bytes).orElse(null);
          missing += place == null ? bytes.remaining() : 0;
          places.put(weight.name(), place == null ? new Data.Inside(bytes) : place);
        }
      }
      if (found.isPresent() && missing <= all / FEW) {
        Path weights = found.get().file();
        Path there = folder.resolve(weights.getFileName().toString());
        Weights how = brought(weights, there);
        Written written = new Written(graph, there, how, adapter);
        return finished(graph, places, metadata, written, beside);
      }
      return written(graph, adapter, metadata, beside);
    }

    private Written written(
        Path graph, @Nullable Path adapter, Map<String, String> metadata, Companions beside) {
      Path file = folder.resolve(options.stem() + ".safetensors");
      requireNone(file);
      List<StoredTensor> stored = new ArrayList<>();
      for (Value weight : exported.graph().weights()) {
        long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
        stored.add(
            new StoredTensor(weight.name(), stored(weight.type()), shape, exported.bytes(weight)));
      }
      SafetensorsWriter.write(file, stored, Map.of("format", "pt"));
      WeightPlaces made = WeightPlaces.of(file).orElseThrow();
      Map<String, Data> places = new LinkedHashMap<>();
      for (Value weight : exported.graph().weights()) {
        places.put(weight.name(), made.find(weight.name(), exported.bytes(weight)).orElseThrow());
      }
      Written written = new Written(graph, file, Weights.WRITTEN, adapter);
      return finished(graph, places, metadata, written, beside);
    }

    private static DType stored(ElementType type) {
      return switch (type) {
        case INT8 -> DType.I8;
        case FLOAT16 -> DType.F16;
        case BFLOAT16 -> DType.BF16;
        default -> DType.F32;
      };
    }

    private Written finished(
        Path graph,
        Map<String, Data> places,
        Map<String, String> metadata,
        Written written,
        Companions beside) {
      byte[] bytes = OnnxFile.of(exported.graph(), places, metadata);
      WholeFile.write(graph, out -> out.write(bytes));
      beside.write(graph, Objects.requireNonNull(written.weights()));
      return written;
    }

    /** Runtimes read weights from the graph's own folder alone, and follow no links out of it. */
    private static Weights brought(Path checkpoint, Path there) {
      try {
        if (Files.exists(there)) {
          if (Files.mismatch(checkpoint, there) >= 0) {
            requireNone(there);
          }
          return Weights.PRESENT;
        }
        WholeFile.write(there, out -> Files.copy(checkpoint, out));
        return Weights.COPIED;
      } catch (IOException e) {
        throw new AdapterXException(
            "Could not compare " + checkpoint + " with " + there + ": " + Reason.of(e), e);
      }
    }

    private static void requireNone(Path file) {
      if (Files.exists(file)) {
        throw new ConfigException(
            file
                + " exists already, is another file and is not overwritten; choose another folder");
      }
    }

    private byte[] adapter() {
      List<AdapterFormat.Parameter> parameters = new ArrayList<>();
      for (Value input : exported.inputs()) {
        parameters.add(new AdapterFormat.Parameter(exported.shaped(input), exported.bytes(input)));
      }
      Value mark = exported.graph().input(exported.mark(), 1);
      parameters.add(new AdapterFormat.Parameter(mark, exported.bytes(mark)));
      return AdapterFormat.of(parameters);
    }

    private static final String MARK = OwnFolder.MARK;

    private Map<String, String> metadata() {
      BackboneInfo info = model.backbone().info();
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("adapterx.backbone", info.name());
      metadata.put("adapterx.backbone.sha256", info.sha256());
      metadata.put("adapterx.method", model.method().name());
      metadata.put("adapterx.numbers", options.numbers().toString());
      if (options.numbers() == Numbers.INT8) {
        metadata.put("adapterx.fp32", String.join(" ", new TreeSet<>(options.kept())));
      }
      metadata.put(MARK, merged() ? "merged" : exported.mark());
      return metadata;
    }
  }
}
