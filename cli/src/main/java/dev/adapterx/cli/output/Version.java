package dev.adapterx.cli.output;

import dev.adapterx.base.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit it was built from, as the build writes them. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Properties built = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        built.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties: " + Reason.of(e), e);
    }
    String commit = known(built, "commit");
    return new String[] {
      "adapterx %s (commit %s)"
          .formatted(known(built, "version"), commit.substring(0, Math.min(12, commit.length())))
    };
  }

  /** A build without git leaves out a value or writes a placeholder. */
  private static String known(Properties built, String key) {
    String value = built.getProperty(key, "");
    return value.isEmpty() || value.startsWith("$") ? "unknown" : value;
  }
}
