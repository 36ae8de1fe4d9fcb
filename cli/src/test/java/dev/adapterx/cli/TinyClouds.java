package dev.adapterx.cli;

import dev.adapterx.base.Rng;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Clouds of flat and of long boxes, and recipes that learn them in no time. */
final class TinyClouds {
  static final int POINTS = 40;

  private TinyClouds() {}

  /** {@code folder/{train,test}/{flat,long}/N.xyz}. */
  static Path data(Path folder) {
    for (String split : List.of("train", "test")) {
      for (int i = 0; i < (split.equals("train") ? 8 : 4); i++) {
        Rng rng = Rng.of(7, split).at(i);
        cloud(folder.resolve(split + "/flat/" + i + ".xyz"), 1, 1, 0.1, rng.at("flat"));
        cloud(folder.resolve(split + "/long/" + i + ".xyz"), 0.1, 1, 0.1, rng.at("long"));
      }
    }
    return folder;
  }

  /** Points drawn in a box of these sides. */
  static Path cloud(Path file, double x, double y, double z, Rng rng) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < POINTS; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f %.4f %.4f%n",
              x * rng.nextDouble(),
              y * rng.nextDouble(),
              z * rng.nextDouble()));
    }
    return text(file, text.toString());
  }

  static Path text(Path file, String text) {
    file.getParent().toFile().mkdirs();
    return TinyRun.write(file, text);
  }

  /** {@code folder/train.h5} and {@code test.h5} with these labels under {@code label_common}. */
  static Path h5(Path folder, int... labels) {
    folder.toFile().mkdirs();
    for (String split : List.of("train", "test")) {
      Rng rng = Rng.of(8, split);
      float[][][] clouds = new float[labels.length][POINTS][3];
      for (int i = 0; i < labels.length; i++) {
        for (float[] point : clouds[i]) {
          point[0] = (float) rng.nextDouble() * (labels[i] + 1);
          point[1] = (float) rng.nextDouble();
          point[2] = (float) rng.nextDouble();
        }
      }
      try (WritableHdfFile file = HdfFile.write(folder.resolve(split + ".h5"))) {
        file.putDataset("data", clouds);
        file.putDataset("label_common", labels);
      }
    }
    return folder;
  }

  static Path recipe(Path folder, String method) {
    return TinyRun.write(
        folder.resolve("recipe.yaml"),
        """
        seed: 1
        backbone: {preset: point_32x2x2_c8_g4k8_32, precision: fp32}
        method: %s
        data: {path: clouds, val: test, augment: scale-translate}
        train: {epochs: 1, batch: 4, warmup-epochs: 0, lr: 0.01}
        """
            .formatted(method));
  }

  /** Trains one epoch and gives the run's folder. */
  static Path trained(Path folder, String method, String... changes) {
    data(folder.resolve("clouds"));
    Path run = folder.resolve("run");
    if (Files.exists(run)) {
      throw new AssertionError(run + " is there already");
    }
    Object[] arguments = new Object[4 + changes.length];
    arguments[0] = "train";
    arguments[1] = recipe(folder, method);
    arguments[2] = "--out";
    arguments[3] = run;
    System.arraycopy(changes, 0, arguments, 4, changes.length);
    Invocation training = Invocation.of(arguments);
    if (training.code() != 0) {
      throw new AssertionError("training failed: " + training);
    }
    return run;
  }
}
