package dev.adapterx.examples;

import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Lease;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import java.nio.file.Path;
import java.util.List;

/**
 * One backbone in memory and a small adapter for each task, loaded when it is first asked: what a
 * server keeps that answers for many customers. Any number of threads may ask. A new folder is a
 * new task, and an adapter that was trained again is noticed, without a restart.
 *
 * <pre>{@code ManyTasks PICTURE FOLDER-OF-ADAPTERS}</pre>
 */
public final class ManyTasks implements AutoCloseable {
  /** What all loaded adapters together may hold; those least used are given up first. */
  private static final long MEMORY = 256L << 20;

  private final Backbone backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
  private final Adapters adapters;

  /** The adapters, or runs, in a folder: their folders' names are the tasks'. */
  public ManyTasks(Path folder) {
    this.adapters = Adapters.over(backbone, folder, MEMORY);
  }

  /** What a picture shows in the eyes of a task. */
  public Predictor.Guess ask(String task, Path picture) {
    try (Lease lease = adapters.lease(task)) {
      return Predictor.of(lease.model()).predict(List.of(picture)).get(0).top().get(0);
    }
  }

  @Override
  public void close() {
    adapters.close();
    backbone.close();
  }

  public static void main(String[] args) {
    Path picture = Path.of(args[0]);
    try (ManyTasks server = new ManyTasks(Path.of(args[1]))) {
      System.out.printf("backbone: %,d values, once%n", server.backbone.tensors().elements());
      for (String task : server.adapters.names()) {
        Predictor.Guess guess = server.ask(task, picture);
        System.out.printf(
            "%s: sees %s (%.0f %%)%n", task, guess.label(), 100 * guess.probability());
      }
      System.out.printf("adapters: %,d bytes%n", server.adapters.bytes());
    }
  }
}
