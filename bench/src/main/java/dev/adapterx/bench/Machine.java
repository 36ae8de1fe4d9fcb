package dev.adapterx.bench;

import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The machine and the build that were measured.
 *
 * @param commit of the checkout, with {@code +} where it had changes
 * @param ceiling operations a second of the fastest matrix product, by precision
 */
record Machine(
    String processor,
    List<String> instructions,
    int threads,
    String java,
    String commit,
    String date,
    Map<Precision, Double> ceiling) {

  /** Measures the ceilings of some precisions. */
  static Machine measured(Sides sides, List<Precision> precisions) {
    Map<Precision, Double> ceiling = new EnumMap<>(Precision.class);
    for (Precision precision : precisions) {
      ceiling.put(precision, ceiling(sides, precision));
    }
    return new Machine(
        Native.processor(),
        List.copyOf(Native.instructionSets()),
        sides.threads(),
        System.getProperty("java.version"),
        checkout(),
        LocalDate.now(ZoneOffset.UTC).toString(),
        ceiling);
  }

  /** This machine with the larger of both ceilings, measured before and after the cases. */
  Machine with(Machine later) {
    Map<Precision, Double> larger = new EnumMap<>(ceiling);
    later.ceiling.forEach((precision, flops) -> larger.merge(precision, flops, Math::max));
    return new Machine(processor, instructions, threads, java, commit, date, larger);
  }

  private static double ceiling(Sides sides, Precision precision) {
    try (Contender product =
        Contender.start(
            sides.java(Ceiling.class, precision.name(), sides.device().toString()),
            sides.threads(),
            sides.log())) {
      return product.ready().asDouble();
    }
  }

  private static String checkout() {
    String head = git("rev-parse", "--short", "HEAD");
    return head.isEmpty() ? "unknown" : head + (git("status", "--porcelain").isEmpty() ? "" : "+");
  }

  private static String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      return ""; // no git, or no checkout
    }
  }
}
