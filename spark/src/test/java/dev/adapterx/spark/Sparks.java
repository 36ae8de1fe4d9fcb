package dev.adapterx.spark;

import org.apache.spark.sql.SparkSession;

/** One session for all tests of a JVM, which ends with it. */
final class Sparks {
  private Sparks() {}

  static SparkSession local() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("adapterx-test")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse")
        .getOrCreate();
  }
}
