package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;

/** An adapter's folder given in place of a run's. */
public final class BareAdapter {
  private BareAdapter() {}

  /** Whether a folder is an adapter. */
  public static boolean is(String folder) {
    return !folder.equals("-") && AdapterFile.exists(InputFiles.path(folder));
  }

  /**
   * Refuses an adapter without its backbone.
   *
   * @throws ConfigException with the correct command
   */
  public static void requireRun(String folder) {
    if (!is(folder)) {
      return;
    }
    Path path = InputFiles.path(folder);
    AdapterFile adapter = AdapterFile.read(path);
    throw new ConfigException(
        "%s is an adapter without its backbone, '%s'; name that by --backbone WEIGHTS%s"
            .formatted(folder, adapter.backbone(), orRun(path.toAbsolutePath().normalize())));
  }

  private static String orRun(Path adapter) {
    if (adapter.getParent() == null) {
      return "";
    }
    RunFolder run = new RunFolder(adapter.getParent());
    boolean its = adapter.equals(run.adapter()) || adapter.equals(run.bestAdapter());
    return its && Files.isRegularFile(run.recipe()) ? ", or the run it lies in, " + run.path() : "";
  }
}
