package dev.adapterx.spark;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.FormulaDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A driver with two executors, each a JVM of its own, one of which is killed while it scores and
 * while it trains. Writes a line for each thing found into a file.
 */
public final class ClusterProgram {
  private ClusterProgram() {}

  private static final StructType SCHEMA =
      new StructType().add("id", "int").add("content", "binary").add("label", "string");

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    List<String> found = new ArrayList<>();
    SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .config("spark.executor.memory", "700m")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config(
                "spark.executor.extraJavaOptions",
                JavaModuleOptions.defaultModuleOptions() + " -Djava.awt.headless=true")
            .config("spark.executorEnv.OMP_WAIT_POLICY", "passive")
            .config("spark.executorEnv.OMP_NUM_THREADS", "1")
            .getOrCreate();
    try {
      found.add("drivers " + ProcessHandle.current().pid());
      score(spark, folder, found);
      fit(spark, folder, found);
    } finally {
      Files.write(folder.resolve("found.txt"), found);
      spark.stop();
    }
  }

  private static Dataset<Row> frame(SparkSession spark, int partitions) {
    FormulaDataset<RgbImage> all = FormulaDataset.images("formula:2x32", "train", 40);
    List<Row> rows =
        IntStream.range(0, all.size())
            .mapToObj(
                i -> RowFactory.create(i, Fixture.png(all.sample(i)), "class " + all.label(i)))
            .toList();
    return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  /** The processes of the executors, of as many as there are now. */
  static Set<Long> executors(SparkSession spark) {
    FlatMapFunction<java.util.Iterator<Integer>, Long> pid =
        numbers -> {
          Thread.sleep(300); // long enough for each executor to get one
          return List.of(ProcessHandle.current().pid()).iterator();
        };
    Set<Long> pids = new TreeSet<>();
    long until = System.nanoTime() + 120_000_000_000L;
    while (pids.size() < 2 && System.nanoTime() < until) {
      pids.clear();
      pids.addAll(
          new JavaSparkContext(spark.sparkContext())
              .parallelize(List.of(0, 1, 2, 3), 4)
              .mapPartitions(pid)
              .collect());
    }
    return pids;
  }

  private static void kill(long executor) {
    ProcessHandle.of(executor).orElseThrow().destroyForcibly();
  }

  private static void score(SparkSession spark, Path folder, List<String> found) {
    Path adapter = Fixture.classes(folder.resolve("adapter"));
    AdapterXTransformer scorer =
        new AdapterXTransformer()
            .setAdapter(adapter.toString())
            .setBackbone("embedded")
            .setBatchSize(4);
    Dataset<Row> rows = frame(spark, 8);
    Set<Long> before = executors(spark);
    found.add("executors " + before);
    List<Row> straight = scored(scorer, rows);

    AtomicBoolean armed = new AtomicBoolean(true);
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                if (armed.getAndSet(false)) {
                  kill(before.iterator().next());
                }
              }
            });
    List<Row> interrupted = scored(scorer, rows);
    Set<Long> after = executors(spark);
    found.add("killed while scoring " + !armed.get());
    found.add("another executor " + !after.equals(before));
    found.add("scored alike " + (straight.equals(interrupted) && straight.size() == 64));
    found.add("errors " + straight.stream().filter(row -> row.get(row.size() - 1) != null).count());
  }

  private static List<Row> scored(AdapterXTransformer scorer, Dataset<Row> rows) {
    return scorer.transform(rows).drop("content").orderBy("id").collectAsList();
  }

  private static AdapterXEstimator estimator(Path work) {
    return new AdapterXEstimator()
        .setBackbone("embedded")
        .setWorkDir(work.toString())
        .setNumTasks(2)
        .setSettings(
            new String[] {
              "train.epochs=6", "train.batch=16", "train.micro-batch=2", "train.lr=0.01"
            });
  }

  private static void fit(SparkSession spark, Path folder, List<String> found) throws Exception {
    long began = System.nanoTime();
    estimator(folder.resolve("straight")).fit(frame(spark, 3));
    found.add("seconds " + (System.nanoTime() - began) / 1_000_000_000);
    Set<Long> before = executors(spark);
    Path run = folder.resolve("killed/run");
    Thread killer =
        new Thread(
            () -> {
              await(() -> epochs(run) >= 2);
              kill(before.iterator().next());
            });
    killer.start();
    estimator(folder.resolve("killed")).fit(frame(spark, 3));
    killer.join();
    found.add("another executor " + !executors(spark).equals(before));
    found.add(
        "trained alike "
            + Arrays.equals(
                Files.readAllBytes(run.resolve("adapter/adapter_model.safetensors")),
                Files.readAllBytes(
                    folder.resolve("straight/run/adapter/adapter_model.safetensors"))));
    found.add("epochs " + epochs(run));
  }

  private static long epochs(Path run) {
    try (Stream<String> lines = Files.lines(run.resolve("metrics.jsonl"))) {
      return lines.count();
    } catch (java.io.IOException e) {
      return 0; // not begun
    }
  }

  private static void await(BooleanSupplier what) {
    while (!what.getAsBoolean()) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
