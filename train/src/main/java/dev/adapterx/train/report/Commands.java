package dev.adapterx.train.report;

import java.util.List;

/** Suggested next commands. */
public record Commands(String heading, List<Command> commands) implements Section {
  /** A command and its purpose. */
  public record Command(String purpose, String line) {}

  public Commands {
    commands = List.copyOf(commands);
  }

  @Override
  public boolean empty() {
    return commands.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    for (var command : commands) {
      html.element("p", command.purpose, "class", "key");
      html.open("pre", "tabindex", "0").element("code", command.line).close("pre");
    }
    return html.toString();
  }
}
