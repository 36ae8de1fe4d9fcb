package dev.adapterx.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One command line and what came of it. */
public record Invocation(int code, String out, String err) {
  /** Runs {@code adapterx} with these arguments and nothing on standard input. */
  public static Invocation of(Object... arguments) {
    return withInput("", arguments);
  }

  static Invocation withInput(String input, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out),
            new PrintWriter(err),
            Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    return new Invocation(code, out.toString(), err.toString());
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }

  /** One object per line. */
  List<JsonNode> jsonLines() {
    return out.lines().map(JsonMapper.shared()::readTree).toList();
  }
}
