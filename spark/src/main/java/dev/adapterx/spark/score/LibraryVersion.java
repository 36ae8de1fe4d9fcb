package dev.adapterx.spark.score;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of the library in this JVM, which driver and executors must have in common. */
public final class LibraryVersion {
  private LibraryVersion() {}

  /** As the build wrote it. */
  public static String here() {
    Properties properties = new Properties();
    try (InputStream in = LibraryVersion.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new AdapterXException("The jar of adapterx-spark has lost its version.properties");
      }
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new AdapterXException("Could not read the jar of adapterx-spark: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a task that another version has sent.
   *
   * @throws ConfigException naming both
   */
  public static void requireSame(String drivers) {
    String here = here();
    if (!drivers.equals(here)) {
      throw new ConfigException(
          "The driver has Adapter-X "
              + drivers
              + ", this executor "
              + here
              + "; give both the same jars, by --jars or in the image, and nothing else by spark.executor.extraClassPath");
    }
  }
}
