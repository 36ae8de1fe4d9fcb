package dev.adapterx.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to do with data sets. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Looks at data sets.",
    subcommands = DataCheckCommand.class,
    footer = {"", "Examples:", "  adapterx data check cifar10", "  adapterx data check modelnet40"})
final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Expected what to do, for example: adapterx data check PATH");
  }
}
