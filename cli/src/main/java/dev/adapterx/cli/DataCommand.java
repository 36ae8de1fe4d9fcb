package dev.adapterx.cli;

import dev.adapterx.cli.output.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands for data sets. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Fetches public data sets, and looks at data sets.",
    subcommands = {DataFetchCommand.class, DataCheckCommand.class},
    footer = {
      "",
      "Examples:",
      "  adapterx data fetch",
      "  adapterx data fetch few-shot/oxford-pets --to data",
      "  adapterx data check data/few-shot/oxford_pets"
    })
final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Expected what to do, for example: adapterx data check PATH, or adapterx data fetch NAME");
  }
}
