package dev.adapterx.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A driver for a standalone cluster of several machines, which {@code deploy/machines.py} builds.
 * Arguments: what to do (score, fit or resume), the master, jars with commas, the driver's address,
 * a folder of pictures that all see, a folder for what comes out.
 */
public final class MachinesProgram {
  private MachinesProgram() {}

  private static final int COPIES = 20;
  private static final int TIMEOUT_SECONDS = 20;

  public static void main(String[] args) throws IOException {
    Path pictures = Path.of(args[4]);
    Path out = Path.of(args[5]);
    SparkSession spark =
        SparkSession.builder()
            .appName(String.valueOf(out.getFileName()))
            .master(args[1])
            .config("spark.jars", args[2])
            .config("spark.driver.host", args[3])
            .config("spark.ui.enabled", "false")
            .config("spark.cores.max", "2")
            .config("spark.executor.cores", "1")
            .config("spark.executor.memory", "700m")
            .config("spark.network.timeout", "30s")
            .config("spark.network.timeoutInterval", "5s")
            .config("spark.executor.heartbeatInterval", "2s")
            .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "2s")
            .config("spark.sql.warehouse.dir", Files.createTempDirectory("warehouse").toString())
            .config(
                "spark.executor.extraJavaOptions",
                JavaModuleOptions.defaultModuleOptions() + " -Djava.awt.headless=true")
            .config("spark.executorEnv.OMP_WAIT_POLICY", "passive")
            .config("spark.executorEnv.OMP_NUM_THREADS", "1")
            .config("spark.executorEnv.MALLOC_ARENA_MAX", "2")
            .getOrCreate();
    try {
      Dataset<Row> rows =
          spark
              .read()
              .format("binaryFile")
              .option("recursiveFileLookup", "true")
              .load(pictures.resolve("train").toUri().toString())
              .selectExpr("path", "content", "element_at(split(path, '/'), -2) as label");
      if (args[0].equals("score")) {
        score(spark, rows, out);
      } else {
        fit(rows, out, args[0].equals("resume"));
      }
    } catch (RuntimeException e) {
      System.out.println("failed: " + e.getMessage());
      throw e;
    } finally {
      spark.stop();
    }
  }

  /** Lines of path, copy, answer and its bits, in order. */
  private static void score(SparkSession spark, Dataset<Row> rows, Path out) throws IOException {
    Path adapter = Fixture.classes(Files.createTempDirectory("adapter"));
    AdapterXTransformer scorer =
        new AdapterXTransformer().setAdapter(adapter.toString()).setBackbone("embedded");
    Dataset<Row> many = rows.crossJoin(spark.range(COPIES).toDF("copy")).repartition(20);
    spark.sparkContext().addSparkListener(new Begun(out.resolveSibling(out.getFileName() + ".on")));
    List<String> lines =
        scorer.transform(many).orderBy("path", "copy").collectAsList().stream()
            .map(
                row ->
                    String.join(
                        " ",
                        row.getAs("path"),
                        row.getAs("copy").toString(),
                        row.getAs("prediction"),
                        Long.toHexString(Double.doubleToLongBits(row.<Double>getAs("probability"))),
                        String.valueOf(row.<String>getAs("error"))))
            .toList();
    Files.write(out, lines);
  }

  /** Appends to a file when a task is done. */
  private static final class Begun extends SparkListener {
    private final Path file;

    Begun(Path file) {
      this.file = file;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      try {
        Files.writeString(
            file,
            end.taskInfo().host() + "\n",
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void fit(Dataset<Row> rows, Path work, boolean resume) {
    new AdapterXEstimator()
        .setBackbone("embedded")
        .setWorkDir(work.toString())
        .setNumTasks(2)
        .setTimeoutSeconds(TIMEOUT_SECONDS)
        .setResume(resume)
        .setSettings(
            new String[] {
              "train.epochs=8", "train.batch=12", "train.micro-batch=2", "train.lr=0.01"
            })
        .fit(rows);
  }
}
