package dev.adapterx.cli.arguments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of commands that read trained runs: which of a run's adapters, and further runs. */
public final class RunArguments {
  @Option(
      names = "--with",
      paramLabel = "RUN",
      description = "A further run to average with; may be given several times.")
  private List<Path> with = new ArrayList<>();

  @Option(
      names = "--best",
      description = "Take the adapter of the best epoch on the validation split, not the last.")
  private boolean best;

  /** The further runs. */
  public List<Path> with() {
    return with;
  }

  /** A run followed by the further ones. */
  public List<Path> following(Path run) {
    List<Path> runs = new ArrayList<>(List.of(run));
    runs.addAll(with);
    return runs;
  }

  /** Whether to take the best adapter instead of the last. */
  public boolean best() {
    return best;
  }
}
