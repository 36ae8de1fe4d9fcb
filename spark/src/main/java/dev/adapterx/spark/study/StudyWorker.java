package dev.adapterx.spark.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.spark.score.ExecutorCheck;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.spark.study.SentStudy.Mistake;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.study.StudyListener;
import dev.adapterx.train.study.StudyRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/** An executor's task that works on a study, as one more process would. */
public final class StudyWorker implements FlatMapFunction<Iterator<Integer>, Mistake> {
  private static final long serialVersionUID = 1;

  private final String version;
  private final SentStudy study;
  private final String folder;

  /**
   * @param version of the library on the driver
   * @param folder of the study, which the driver has made
   */
  public StudyWorker(String version, SentStudy study, String folder) {
    this.version = version;
    this.study = study;
    this.folder = folder;
  }

  @Override
  public Iterator<Mistake> call(Iterator<Integer> numbers) {
    LibraryVersion.requireSame(version);
    ExecutorCheck.require(0);
    if (!Files.isDirectory(Path.of(folder))) {
      throw new ConfigException(
          "The driver's "
              + folder
              + " does not exist on this executor; name a folder that all machines share under one path");
    }
    TaskContext task = TaskContext.get();
    RunListener stopping =
        new RunListener() {
          @Override
          public boolean wantsStop() {
            return task.isInterrupted();
          }
        };
    StudyListener listener =
        new StudyListener() {
          @Override
          public RunListener started(StudyRun run, int number, int runs, boolean resumed) {
            return stopping;
          }
        };
    return study.work(listener).iterator();
  }
}
