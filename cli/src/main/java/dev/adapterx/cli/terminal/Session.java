package dev.adapterx.cli.terminal;

import java.io.InputStream;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** What all commands of one start share. */
public interface Session {
  /** Exit code of what went well. */
  int DONE = 0;

  /** Exit code of a defect in this program. */
  int OURS = 1;

  /** Exit code of what the user has to fix. */
  int USERS = 2;

  /** Exit code of a training that was stopped, as shells say of Ctrl-C. */
  int STOPPED = 130;

  /** Where commands read what is piped into them. */
  InputStream in();

  /** What ends trainings in order. */
  Stop stop();

  /** Where progress is shown. */
  Screen screen();

  /** That of a command. */
  static Session of(CommandSpec spec) {
    return (Session) spec.root().userObject();
  }

  /** As a shell takes it for one word. */
  static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./~+:@=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
