package dev.adapterx.bench;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a server is measured on: random weights in {@code weights.safetensors} and adapters {@code
 * adapters/a0}, {@code a1}, … of 100 classes, as they are before any training but for their heads.
 */
final class ServedFiles {
  private static final int CLASSES = 100;

  private ServedFiles() {}

  /**
   * Writes the files.
   *
   * @return the command that serves them
   */
  static String write(String preset, String method, int adapters, Path folder) {
    if (adapters < 1) {
      throw new ConfigException("--adapters: expected at least 1, found " + adapters);
    }
    Path weights = folder.resolve("weights.safetensors");
    try {
      Files.createDirectories(folder.resolve("adapters"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Weights.write(preset, weights);
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(c -> "class " + c).toList();
    try (Backbone backbone = Backbones.load(weights, Backbones.Options.defaults())) {
      for (int i = 0; i < adapters; i++) {
        try (Scope scope = Scope.open();
            AdaptedModel model =
                AdaptedModel.attach(
                    backbone, Methods.entry(method, "method"), Classification.of(labels), i)) {
          AdapterFile.write(model, folder.resolve("adapters").resolve("a" + i));
        }
      }
    }
    return "adapterx serve --backbone %s --adapters %s"
        .formatted(weights, folder.resolve("adapters"));
  }
}
