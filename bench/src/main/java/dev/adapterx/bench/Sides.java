package dev.adapterx.bench;

import dev.adapterx.tensor.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How both sides are started.
 *
 * @param device that each computes on
 * @param threads that each may use
 * @param microBatch samples per micro-batch of this library
 * @param checkpointing whether this library trains with activation checkpointing
 * @param python the peers' interpreter
 * @param peer the peers' program
 * @param compile whether torch.compile is tried as well
 * @param folder for backbones' files and the contenders' standard error
 */
record Sides(
    Device device,
    int threads,
    int microBatch,
    boolean checkpointing,
    String python,
    Path peer,
    boolean compile,
    Path folder) {
  /** A way to run the same case in Python. */
  record Variant(String precision, String attention, boolean compiled) {
    String title() {
      return precision + "/" + attention + (compiled ? "/compile" : "");
    }
  }

  Contender own(Case of) {
    Path weights = folder.resolve(of.model() + ".safetensors");
    if (!Files.exists(weights)) {
      start(java(Weights.class, of.model(), weights.toString())).close();
    }
    return start(
        java(
            OwnSide.class,
            of.json(),
            Integer.toString(microBatch),
            Boolean.toString(checkpointing),
            weights.toString(),
            device.toString()));
  }

  private Contender start(List<String> command) {
    return Contender.start(command, threads, log());
  }

  /** The file of the contenders' standard error. */
  Path log() {
    return folder.resolve("errors.log");
  }

  /** The command of a main class of this program in a JVM like this one. */
  List<String> java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC", // as the launcher has it
                "-XX:MaxNewSize=256m",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  Contender peer(Case of, Variant variant) {
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                peer.toString(),
                "--model",
                of.model(),
                "--method",
                of.method(),
                "--work",
                of.work().name().toLowerCase(Locale.ROOT),
                "--variant",
                variant.precision(),
                "--attention",
                variant.attention(),
                "--batch",
                Integer.toString(of.batch()),
                "--threads",
                Integer.toString(threads),
                "--device",
                device.toString()));
    if (variant.compiled()) {
      command.add("--compile");
    }
    return start(command);
  }

  /**
   * Every variant in which the peers may run a case: autocast, or the frozen weights cast
   * beforehand.
   */
  List<Variant> variants(Case of) {
    List<String> precisions =
        switch (of.precision().resolved()) {
          case BF16 -> List.of("bf16", "cast");
          default -> List.of("fp32");
        };
    List<Variant> variants = new ArrayList<>();
    for (String precision : precisions) {
      if (precision.equals("cast") && of.method().equals("full")) {
        continue; // there, cast weights would be trained
      }
      for (String attention : List.of("sdpa", "eager")) {
        variants.add(new Variant(precision, attention, false));
        if (compile) {
          variants.add(new Variant(precision, attention, true));
        }
      }
    }
    return variants;
  }
}
