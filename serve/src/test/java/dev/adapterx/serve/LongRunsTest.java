package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.weight.Lora;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What shows after many requests alone: memory, lost answers, wrong ones. Clients and server share
 * the process, so its resident memory is that of both. Prints its figures.
 */
@Tag("nightly")
@Timeout(7200)
class LongRunsTest {
  private static final int REQUESTS = Integer.getInteger("long.requests", 100_000);
  private static final int SECONDS = Integer.getInteger("long.seconds", 300);
  private static final int REPLACED = Integer.getInteger("long.replaced", 1000);
  private static final int PICTURES = 8;
  private static final int ADAPTERS = 4;

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    for (int i = 0; i < ADAPTERS; i++) {
      serving.write("a" + i, new Lora(), 3, i);
    }
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  /** What each adapter says of each picture. */
  private double[][] known() {
    double[][] known = new double[ADAPTERS][PICTURES];
    for (int a = 0; a < ADAPTERS; a++) {
      for (int p = 0; p < PICTURES; p++) {
        known[a][p] = probability(serving.post("/predict/a" + a, png(p)));
      }
    }
    return known;
  }

  private static double probability(HttpResponse<byte[]> answer) {
    return json(answer).path("probability").doubleValue();
  }

  private static long residentMiB() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(String line) {
    System.out.println(line); // figures of docs/serving.md
  }

  @Test
  void resident_memory_is_flat_over_many_requests() throws Exception {
    serving.startForMany(Serving.options());
    double[][] known = known();
    ExecutorService clients = Executors.newFixedThreadPool(8);
    List<Long> resident = new ArrayList<>();
    AtomicLong wrong = new AtomicLong();
    int part = REQUESTS / 20;
    try {
      for (int done = 0; done < REQUESTS; done += part) {
        AtomicInteger next = new AtomicInteger(done);
        int end = Math.min(REQUESTS, done + part);
        List<Future<?>> all = new ArrayList<>();
        for (int c = 0; c < 8; c++) {
          all.add(
              clients.submit(
                  () -> {
                    for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
                      int a = i % ADAPTERS;
                      int p = i / ADAPTERS % PICTURES;
                      HttpResponse<byte[]> answer = serving.post("/predict/a" + a, png(p));
                      if (answer.statusCode() != 200 || probability(answer) != known[a][p]) {
                        wrong.incrementAndGet();
                      }
                    }
                  }));
        }
        for (Future<?> one : all) {
          one.get();
        }
        resident.add(residentMiB());
      }
    } finally {
      clients.shutdownNow();
    }
    print(REQUESTS + " requests, resident MiB after each twentieth: " + resident);
    assertThat(wrong).hasValue(0);
    long begun = resident.get(resident.size() / 4);
    assertThat(resident.get(resident.size() - 1)).isLessThanOrEqualTo(begun + begun / 8 + 32);
  }

  /** Twice as many clients as there is room for, without pause. */
  @Test
  void overload_loses_nothing_and_answers_nothing_wrong() throws Exception {
    int room = 12;
    serving.startForMany(
        Serving.options().computing(2, 1).queueing(room, room, Duration.ofSeconds(30)));
    double[][] known = known();
    AtomicLong wrong = new AtomicLong();
    ExecutorService clients = Executors.newFixedThreadPool(2 * (room + 2));
    List<Future<Map<Integer, Integer>>> all = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    try {
      for (int c = 0; c < 2 * (room + 2); c++) {
        int first = c;
        all.add(
            clients.submit(
                () -> {
                  Map<Integer, Integer> own = new TreeMap<>();
                  for (int i = first; System.nanoTime() < end; i++) {
                    int a = i % ADAPTERS;
                    int p = i / ADAPTERS % PICTURES;
                    HttpResponse<byte[]> answer = serving.post("/predict/a" + a, png(p));
                    own.merge(answer.statusCode(), 1, Integer::sum);
                    boolean right =
                        answer.statusCode() == 503
                            ? answer.headers().firstValue("Retry-After").isPresent()
                            : probability(answer) == known[a][p];
                    wrong.addAndGet(right ? 0 : 1);
                  }
                  return own;
                }));
      }
      Map<Integer, Integer> statuses = new TreeMap<>();
      for (Future<Map<Integer, Integer>> one : all) { // throws where an answer was lost
        one.get().forEach((status, n) -> statuses.merge(status, n, Integer::sum));
      }
      print(
          "overload for %d s: statuses %s, wrong %s, resident %d MiB"
              .formatted(SECONDS, statuses, wrong, residentMiB()));
      assertThat(statuses.keySet()).containsExactlyInAnyOrder(200, 503);
      assertThat(wrong).hasValue(0);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void adapters_are_replaced_under_load_again_and_again() throws Exception {
    serving.startForMany(Serving.options());
    Map<Integer, double[][]> byTurn = new HashMap<>();
    byTurn.put(0, known());
    for (int i = 0; i < ADAPTERS; i++) {
      serving.write("a" + i, new Lora(), 3, 10 + i);
    }
    byTurn.put(1, known());
    assertThat(byTurn.get(0)[0][0]).isNotEqualTo(byTurn.get(1)[0][0]);
    long bytes = serving.server().adapters().bytes();
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong answers = new AtomicLong();
    AtomicLong between = new AtomicLong();
    AtomicLong wrong = new AtomicLong();
    ExecutorService clients = Executors.newFixedThreadPool(6);
    List<Long> resident = new ArrayList<>();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < 6; c++) {
        int first = c;
        all.add(
            clients.submit(
                () -> {
                  for (int i = first; !over.get(); i++) {
                    int a = i % ADAPTERS;
                    int p = i / ADAPTERS % PICTURES;
                    HttpResponse<byte[]> answer = serving.post("/predict/a" + a, png(p));
                    if (answer.statusCode() == 200) {
                      double found = probability(answer);
                      boolean right = found == byTurn.get(0)[a][p] || found == byTurn.get(1)[a][p];
                      answers.incrementAndGet();
                      wrong.addAndGet(right ? 0 : 1);
                    } else if (List.of(404, 503).contains(answer.statusCode())) {
                      between.incrementAndGet(); // one of its two files was being exchanged
                    } else {
                      wrong.incrementAndGet();
                    }
                  }
                }));
      }
      for (int i = 0; i < REPLACED; i++) {
        int turn = i / ADAPTERS % 2;
        serving.write("a" + i % ADAPTERS, new Lora(), 3, 10 * turn + i % ADAPTERS);
        Thread.sleep(5); // so that requests fall between
        if (i % Math.max(1, REPLACED / 10) == 0) {
          resident.add(residentMiB());
        }
      }
      over.set(true);
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      over.set(true);
      clients.shutdownNow();
    }
    known(); // the last ones are loaded
    print(
        "replaced %d times, of which %d were loaded: %s answers, %s while files were exchanged, %s wrong; resident MiB %s"
            .formatted(
                REPLACED,
                serving.server().adapters().statistics().reloads(),
                answers,
                between,
                wrong,
                resident));
    assertThat(wrong).hasValue(0);
    assertThat(serving.server().adapters().bytes()).isEqualTo(bytes);
    assertThat(resident.get(resident.size() - 1)).isLessThanOrEqualTo(resident.get(2) + 64);
  }
}
