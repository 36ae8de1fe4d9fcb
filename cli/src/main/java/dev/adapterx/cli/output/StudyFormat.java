package dev.adapterx.cli.output;

import dev.adapterx.base.ConfigException;
import java.io.PrintWriter;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How a study's results are printed. */
public final class StudyFormat {
  @Option(names = "--csv", description = "Print CSV.")
  boolean csv;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--markdown", description = "Print markdown (the default).")
  boolean markdown;

  public void requireOne() {
    if (Stream.of(csv, json, markdown).filter(given -> given).count() > 1) {
      throw new ConfigException("Give one of --csv, --json and --markdown");
    }
  }

  public void print(
      PrintWriter out,
      Supplier<String> asMarkdown,
      Supplier<String> asCsv,
      Supplier<String> asJson) {
    out.print((csv ? asCsv : json ? asJson : asMarkdown).get());
    out.flush();
  }
}
