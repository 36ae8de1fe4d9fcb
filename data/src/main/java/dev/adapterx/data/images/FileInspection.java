package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.data.DecodingMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Reads each file, or part of one, of several data sets once, on several threads. */
final class FileInspection {
  private FileInspection() {}

  /** Where an image's bytes are. */
  record Place(Path file, @Nullable Part part) {
    static Place of(FileDataset.Sample sample) {
      return new Place(sample.file(), sample.part());
    }
  }

  static Map<Place, FileFacts> of(Collection<FileDataset> data, boolean decode, int threads) {
    Set<Place> distinct = new LinkedHashSet<>();
    data.forEach(d -> d.samples().forEach(s -> distinct.add(Place.of(s))));
    List<Place> files = List.copyOf(distinct);
    Map<Place, FileFacts> facts = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    DecodingMemory memory = DecodingMemory.ofHeap();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement();
              i < files.size() && !Thread.currentThread().isInterrupted();
              i = next.getAndIncrement()) {
            facts.put(files.get(i), FileFacts.of(files.get(i), decode, memory));
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads, FileInspection::daemon);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(pool.submit(worker));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("Interrupted while checking the images", e);
    } catch (ExecutionException e) {
      throw new DataException("Could not check the images: " + e.getCause(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return facts;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "adapterx-check");
    thread.setDaemon(true);
    return thread;
  }
}
