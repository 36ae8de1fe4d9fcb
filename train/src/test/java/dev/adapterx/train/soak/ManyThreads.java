package dev.adapterx.train.soak;

import dev.adapterx.infer.Predictor;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A process that computes with as many threads as its environment says: trains twice, then lets 64
 * threads predict at once with one model, twice. Says after each how many threads it has, and how
 * many one prediction started.
 */
final class ManyThreads {
  static final int CALLERS = 64;
  private static final int TIMES = 2;

  private ManyThreads() {}

  /**
   * @param arguments a recipe, a folder for the runs, and a folder of files to predict
   */
  public static void main(String[] arguments) throws Exception {
    Recipe recipe = Recipe.read(Path.of(arguments[0]), List.of());
    Path runs = Path.of(arguments[1]);
    for (int i = 0; i < TIMES; i++) {
      TrainRun.start(recipe, runs.resolve("run-" + i), RunListener.NONE);
      say("trained");
    }
    try (TrainedRun trained = TrainedRun.open(runs.resolve("run-0"), false, null)) {
      List<Path> files = trained.modality().below(Path.of(arguments[2]));
      Predictor predictor = trained.predictor();
      List<Predictor.Prediction> alone = predicted(predictor, files);
      sayStarted(predictor, Collections.nCopies(8, files).stream().flatMap(List::stream).toList());
      for (int i = 0; i < TIMES; i++) {
        atOnce(predictor, files, alone);
        say("predicted");
      }
    }
    System.exit(0);
  }

  private static List<Predictor.Prediction> predicted(Predictor predictor, List<Path> files) {
    List<Predictor.Prediction> all = new ArrayList<>();
    predictor.predict(files, 2, all::add, broken -> {});
    return all;
  }

  /** How many threads one prediction of many files starts. */
  private static void sayStarted(Predictor predictor, List<Path> files) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getTotalStartedThreadCount();
    predicted(predictor, files);
    System.out.println("started " + (threads.getTotalStartedThreadCount() - before));
  }

  private static void atOnce(
      Predictor predictor, List<Path> files, List<Predictor.Prediction> alone) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
    List<Future<List<Predictor.Prediction>>> answers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      answers.add(pool.submit(() -> predicted(predictor, files)));
    }
    for (Future<List<Predictor.Prediction>> answer : answers) {
      if (!answer.get().equals(alone)) {
        throw new AssertionError("found " + answer.get() + ", alone " + alone);
      }
    }
    pool.shutdown();
  }

  /** Once those that are about to end have had time to. */
  private static void say(String what) throws IOException, InterruptedException {
    long before = Long.MAX_VALUE;
    long now = tasks();
    for (int i = 0; i < 50 && (now < before || i < 5); i++) {
      Thread.sleep(100);
      before = now;
      now = tasks();
    }
    System.out.println(what + " " + now);
  }

  private static long tasks() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }
}
