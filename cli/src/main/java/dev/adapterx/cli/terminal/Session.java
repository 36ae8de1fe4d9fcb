package dev.adapterx.cli.terminal;

import java.io.InputStream;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** State shared by all commands of one invocation. */
public interface Session {
  /** Exit code of success. */
  int DONE = 0;

  /** Exit code of a defect in this program. */
  int OURS = 1;

  /** Exit code of an error that the user can fix. */
  int USERS = 2;

  /** Exit code of a stopped training, as shells use it for Ctrl-C. */
  int STOPPED = 130;

  /** Standard input of the commands. */
  InputStream in();

  /** Stops trainings cleanly. */
  Stop stop();

  /** Shows progress. */
  Screen screen();

  /** The session of a command. */
  static Session of(CommandSpec spec) {
    return (Session) spec.root().userObject();
  }

  /** Quoted for a shell as one word. */
  static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./~+:@=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
