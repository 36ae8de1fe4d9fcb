package dev.adapterx.cli.arguments;

import dev.adapterx.base.NewFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Options that name a folder, which is made where it is missing; a file has no such place. */
public final class FolderOptions {
  /** What the help calls their values. */
  private static final Set<String> LABELS = Set.of("FOLDER", "RUN");

  private FolderOptions() {}

  /**
   * Looks at the options of a command before it begins.
   *
   * @throws ParameterException naming the option and the file that has the folder's place
   */
  public static void require(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      CommandLine command = at.commandSpec().commandLine();
      for (OptionSpec option : at.commandSpec().options()) {
        if (LABELS.contains(option.paramLabel()) && option.getValue() instanceof Path folder) {
          Optional<Path> file = NewFolder.fileAt(folder);
          if (file.isPresent()) {
            throw new ParameterException(command, told(option.longestName(), folder, file.get()));
          }
        }
      }
    }
  }

  private static String told(String option, Path folder, Path file) {
    String where = folder.equals(file) ? "" : " " + folder;
    return option + where + ": " + NewFolder.inTheWay(file) + "; name another place";
  }
}
