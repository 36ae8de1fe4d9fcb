package dev.adapterx.cli;

import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script by which shells complete commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Prints a script by which bash and zsh complete commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(adapterx completion)",
      "  adapterx completion > ~/.local/share/bash-completion/completions/adapterx"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(AutoComplete.bash("adapterx", spec.root().commandLine()));
    return Session.DONE;
  }
}
