package dev.adapterx.hub;

import static dev.adapterx.testing.FakeHub.cutAfter;
import static dev.adapterx.testing.FakeHub.stallAfter;
import static dev.adapterx.testing.FakeHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.testing.FakeHub;
import dev.adapterx.testing.FakeHub.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a hub on this machine; nothing here reaches a network. */
@Timeout(value = 60, unit = TimeUnit.SECONDS) // a hang is what is tested
class HubTest {
  private static final HubName NAME = HubName.parse("org/model");
  private static final String COMMIT = "1234567890abcdef1234567890abcdef12345678";
  private static final String WEIGHTS = "model.safetensors";

  /** Does not take a busy machine for a server that stalls. */
  private static final Patience HASTY = patience(Duration.ofSeconds(20));

  private static Patience patience(Duration stall) {
    return new Patience(3, Duration.ofMillis(5), Duration.ofSeconds(2), stall);
  }

  @TempDir Path home;

  private final FakeHub server = FakeHub.started();
  private final byte[] content = bytes(300_000);
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void fill() {
    server.repo("org/model").with("config.json", "{\"a\": 1}").with(WEIGHTS, content);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_file_lies_where_python_expects_it() throws IOException {
    HubFile file = fetch(WEIGHTS);
    assertThat(progress).contains(0L, (long) content.length).isSorted();
    HubFile config = fetch("config.json");

    Path repo = home.resolve("hub/models--org--model");
    String etag = FakeHub.sha256(content);
    assertThat(file.path()).isEqualTo(repo.resolve("snapshots").resolve(COMMIT).resolve(WEIGHTS));
    assertThat(file.path()).hasBinaryContent(content);
    assertThat(Files.readSymbolicLink(file.path())).isEqualTo(Path.of("..", "..", "blobs", etag));
    assertThat(Files.isRegularFile(repo.resolve("blobs").resolve(etag))).isTrue();
    assertThat(repo.resolve("refs/main")).hasContent(COMMIT);
    assertThat(config.path().toRealPath().getFileName())
        .hasToString(FakeHub.git("{\"a\": 1}".getBytes()));
    assertThat(file)
        .extracting(HubFile::commit, HubFile::size, HubFile::sha256, HubFile::downloaded)
        .containsExactly(COMMIT, (long) content.length, etag, true);
    assertThat(parts()).isEmpty();
  }

  @Test
  void what_is_there_is_not_fetched_again() {
    fetch(WEIGHTS);
    server.forget();

    HubFile again = fetch(WEIGHTS);

    assertThat(again.downloaded()).isFalse();
    assertThat(server.seen()).extracting(Seen::method).containsExactly("HEAD");
  }

  @Test
  void a_commit_that_is_there_needs_no_network() {
    fetch(WEIGHTS);
    server.forget();

    HubFile again = hub(null).snapshot(NAME.at(COMMIT)).find(WEIGHTS).orElseThrow();

    assertThat(again.sha256()).isEqualTo(FakeHub.sha256(content));
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void all_files_are_of_the_commit_of_the_first() {
    HubSnapshot snapshot = hub(null).snapshot(NAME);
    snapshot.find("config.json");
    snapshot.find(WEIGHTS);

    assertThat(snapshot.commit()).contains(COMMIT);
    assertThat(server.seen())
        .filteredOn(s -> !s.cdn())
        .extracting(Seen::path)
        .containsExactly(
            "/org/model/resolve/main/config.json",
            "/org/model/resolve/" + COMMIT + "/config.json",
            "/org/model/resolve/" + COMMIT + "/" + WEIGHTS,
            "/org/model/resolve/" + COMMIT + "/" + WEIGHTS);
  }

  @Test
  void a_push_brings_the_new_file_and_keeps_the_old() {
    HubFile old = fetch(WEIGHTS);
    String later = "ffff567890abcdef1234567890abcdef12345678";
    server.repo("org/model").with(WEIGHTS, bytes(10)).commit(later);

    HubFile now = fetch(WEIGHTS);

    assertThat(now.path()).hasBinaryContent(bytes(10));
    assertThat(old.path()).hasBinaryContent(content);
    assertThat(home.resolve("hub/models--org--model/refs/main")).hasContent(later);
  }

  @Test
  void a_revision_may_have_slashes() {
    server.repo("org/model").revision("refs/pr/1");

    HubFile file =
        hub(null).snapshot(HubName.parse("org/model@refs/pr/1")).find(WEIGHTS).orElseThrow();

    assertThat(file.path()).hasBinaryContent(content);
    assertThat(server.seen().get(0).path()).contains("/resolve/refs%2Fpr%2F1/");
    assertThat(home.resolve("hub/models--org--model/refs/refs/pr/1")).hasContent(COMMIT);
  }

  @Test
  void a_file_that_the_repository_has_not_is_absent() {
    HubSnapshot snapshot = hub(null).snapshot(NAME);

    assertThat(snapshot.find("nothing.bin")).isEmpty();
    assertThat(snapshot.commit()).contains(COMMIT);
    assertThat(home.resolve("hub/models--org--model/.no_exist/" + COMMIT + "/nothing.bin"))
        .isEmptyFile();

    server.forget();
    assertThat(hub(null).snapshot(NAME.at(COMMIT)).find("nothing.bin")).isEmpty();
    assertThat(server.seen()).as("a commit does not change").isEmpty();
  }

  @Test
  void the_token_goes_to_the_hub_and_to_nobody_else() {
    server.repo("org/model").secret();

    hub("hf_good").snapshot(NAME).find(WEIGHTS).orElseThrow();

    assertThat(server.seen())
        .filteredOn(s -> !s.cdn())
        .allMatch(s -> s.token().equals(Optional.of("Bearer hf_good")));
    assertThat(server.seen()).filteredOn(Seen::cdn).isNotEmpty().allMatch(s -> s.token().isEmpty());
  }

  @Test
  void a_relative_redirect_is_followed_with_the_token() {
    server.renamed("org/old", "org/model").repo("org/model").secret();

    HubFile file = hub("hf_good").snapshot(HubName.parse("org/old")).find(WEIGHTS).orElseThrow();

    assertThat(file.path()).hasBinaryContent(content);
    assertThat(file.path().toString()).contains("models--org--old");
  }

  @Test
  void a_cut_connection_goes_on_from_the_byte() {
    server.failing(cutAfter(100_000));

    HubFile file = fetch(WEIGHTS);

    assertThat(file.path()).hasBinaryContent(content);
    assertThat(ranges()).hasSize(2);
    assertThat(from(ranges().get(0))).isZero();
    // Of what was on its way when the connection broke some may not have come.
    assertThat(from(ranges().get(1))).isBetween(1L, 100_000L);
    assertThat(progress).contains(from(ranges().get(1)));
    assertThat(warnings).singleElement().asString().contains("trying again", WEIGHTS);
  }

  @Test
  void a_later_process_goes_on_from_the_byte() {
    server.failing(cutAfter(120_000), status(503), status(503));
    assertThatThrownBy(() -> fetch(WEIGHTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("503", "goes on from there");
    long kept = parts().get(0).toFile().length();
    assertThat(kept).isBetween(1L, 120_000L);
    server.forget();

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
    assertThat(ranges()).containsExactly(Optional.of("bytes=" + kept + "-"));
    assertThat(parts()).isEmpty();
  }

  @Test
  void a_connection_that_brings_nothing_more_is_given_up() {
    server.failing(stallAfter(50_000));
    Hub hub = new Hub(settings(null, false), listener(), patience(Duration.ofMillis(300)));

    HubFile file = hub.snapshot(NAME).find(WEIGHTS).orElseThrow();

    assertThat(file.path()).hasBinaryContent(content);
    assertThat(ranges()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(from(ranges().get(1))).isBetween(1L, 50_000L);
  }

  @Test
  void a_server_without_ranges_starts_again() {
    server.withoutRanges().failing(cutAfter(100_000));

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
  }

  @Test
  void gains_count_as_a_new_first_failure() {
    server.failing(
        IntStream.rangeClosed(1, 8).mapToObj(i -> rest(i * 1000)).toArray(FakeHub.Fault[]::new));

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
  }

  /** Goes on properly from where it was asked, for a thousand bytes. */
  private static FakeHub.Fault rest(int until) {
    return (exchange, content) -> {
      int from = until - 1000;
      if (from > 0) {
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes %d-/%d".formatted(from, content.length));
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      exchange.getResponseBody().write(content, from, 1000);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_passing_trouble_is_waited_out(int status) {
    server.failing(status(status)).failingToDescribe(status(status));

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
    assertThat(warnings).hasSize(2).allMatch(w -> w.contains("status " + status));
  }

  @Test
  void a_server_may_say_how_long_to_wait() {
    String soon =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(1));
    server.failing(status(429, "Retry-After", "0"), status(503, "Retry-After", soon));

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
  }

  @Test
  void a_server_that_asks_for_too_much_patience_is_left() {
    server.failing(status(429, "Retry-After", "3600"));

    assertThatThrownBy(() -> fetch(WEIGHTS)).hasMessageContainingAll("status 429", WEIGHTS);
  }

  @Test
  void a_wrong_content_is_refused_and_nothing_is_kept() {
    server.lying();

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "SHA-256", FakeHub.sha256(new byte[1]), FakeHub.sha256(content), "Nothing was kept");
    assertThat(files()).noneMatch(f -> f.toString().contains("blobs"));
    assertThat(files()).noneMatch(f -> f.toString().contains("snapshots"));
  }

  @Test
  void a_disk_that_is_too_small_is_said_before_a_byte_comes() {
    server.failingToDescribe(
        status(
            302,
            "X-Repo-Commit",
            COMMIT,
            "X-Linked-Etag",
            "a".repeat(64),
            "X-Linked-Size",
            Long.toString(1L << 58),
            "Location",
            server.cdn() + "/org/model/" + WEIGHTS));

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(WEIGHTS, "MiB left", "HF_HOME");
    assertThat(ranges()).isEmpty();
  }

  @Test
  void a_small_file_is_checked_as_git_calls_it() {
    server.failing(
        (exchange, bytes) -> {
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(new byte[bytes.length]);
          exchange.close();
        });

    assertThatThrownBy(() -> fetch("config.json")).hasMessageContainingAll("git SHA-1", "config");
    assertThat(parts()).isEmpty();
  }

  @Test
  void a_part_that_is_damaged_is_fetched_anew() throws IOException {
    Path part = part();
    Files.createDirectories(part.getParent());
    Files.write(part, new byte[1000]);

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
    assertThat(warnings).anyMatch(w -> w.contains("damaged"));
  }

  @Test
  void a_part_that_is_too_long_is_fetched_anew() throws IOException {
    Path part = part();
    Files.createDirectories(part.getParent());
    Files.write(part, new byte[content.length + 1]);

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
  }

  @Test
  void two_at_once_fetch_once() {
    List<CompletableFuture<HubFile>> all =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> fetch(WEIGHTS)))
            .toList();

    List<HubFile> files = all.stream().map(CompletableFuture::join).toList();

    assertThat(files).allMatch(f -> f.size() == content.length);
    assertThat(files.get(0).path()).hasBinaryContent(content);
    assertThat(files).filteredOn(HubFile::downloaded).hasSize(1);
    assertThat(ranges()).hasSize(1);
  }

  @Test
  void two_processes_at_once_fetch_once() throws Exception {
    List<Process> others = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      others.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  FetchInAnotherProcess.class.getName(),
                  server.endpoint(),
                  home.toString())
              .inheritIO()
              .start());
    }
    for (Process other : others) {
      assertThat(other.waitFor(50, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).isZero();
    }

    assertThat(ranges()).hasSize(1);
    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
    assertThat(parts()).isEmpty();
  }

  @Test
  void without_a_network_the_cache_answers() {
    fetch(WEIGHTS);
    server.forget();

    HubSnapshot offline = new Hub(settings(null, true), listener(), HASTY).snapshot(NAME);

    assertThat(offline.find(WEIGHTS).orElseThrow().path()).hasBinaryContent(content);
    assertThat(offline.find("config.json")).isEmpty();
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void offline_says_what_is_not_there() {
    fetch(WEIGHTS);

    assertThatThrownBy(
            () ->
                new Hub(settings(null, true), listener(), HASTY)
                    .snapshot(HubName.parse("org/modal"))
                    .find(WEIGHTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "org/modal",
            home.toString(),
            "HF_HUB_OFFLINE",
            "did you mean 'org/model'?",
            "adapterx fetch org/modal");
  }

  @Test
  void a_hub_that_does_not_answer_is_no_trouble_if_there_is_a_copy() {
    fetch(WEIGHTS);
    server.close();

    assertThat(fetch(WEIGHTS).path()).hasBinaryContent(content);
    assertThat(warnings).singleElement().asString().contains("from the cache", COMMIT);
  }

  @Test
  void a_hub_that_does_not_answer_is_said() {
    server.close();

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("org/model", server.endpoint(), "no connection", "proxy");
  }

  @Test
  void a_gated_model_says_where_to_ask() {
    server.repo("org/model").gated();

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .hasMessageContainingAll("gated", server.endpoint() + "/org/model", "HF_TOKEN");
    assertThat(hub("hf_good").snapshot(NAME).find(WEIGHTS)).isPresent();
  }

  @Test
  void a_token_nobody_knows_is_said_without_showing_it() {
    assertThatThrownBy(() -> hub("hf_bad").snapshot(NAME).find(WEIGHTS))
        .hasMessageContainingAll("token", "/settings/tokens")
        .hasMessageNotContaining("hf_bad");
  }

  @Test
  void forbidden_is_said() {
    server.failingToDescribe(status(403, "X-Error-Message", "no read scope"));

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .hasMessageContainingAll("forbidden", "no read scope", WEIGHTS);
  }

  @Test
  void a_model_that_is_not_there_is_named_with_a_near_one() {
    fetch(WEIGHTS);

    assertThatThrownBy(() -> hub(null).snapshot(HubName.parse("org/modell")).find(WEIGHTS))
        .hasMessageContainingAll(
            "no model 'org/modell'", "file or folder", "did you mean 'org/model'?", "HF_TOKEN");
    assertThatThrownBy(() -> hub("hf_good").snapshot(HubName.parse("org/modell")).find(WEIGHTS))
        .hasMessageContaining("no model 'org/modell'");
  }

  @Test
  void a_revision_that_is_not_there_is_named() {
    assertThatThrownBy(() -> hub(null).snapshot(HubName.parse("org/model@v9")).find(WEIGHTS))
        .hasMessageContainingAll("org/model", "revision 'v9'");
  }

  @Test
  void a_server_that_is_no_hub_is_said() {
    server.failingToDescribe(status(200));

    assertThatThrownBy(() -> fetch(WEIGHTS))
        .hasMessageContainingAll("HF_ENDPOINT", "X-Repo-Commit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "a/../../b", "/etc/passwd", "", "a//b", "c:\\d", "a\\..\\b"})
  void a_file_name_cannot_leave_the_repository(String file) {
    assertThatThrownBy(() -> fetch(file)).isInstanceOf(ConfigException.class);
  }

  @Test
  void an_address_is_fetched_once_and_again_when_it_changed() {
    String address = server.cdn() + "/org/model/" + WEIGHTS;
    HubFile file = hub(null).file(address);
    assertThat(file.path()).hasBinaryContent(content).hasFileName(WEIGHTS);
    assertThat(file.path()).startsWith(home.resolve("adapterx"));

    assertThat(hub(null).file(address).downloaded()).isFalse();

    server.repo("org/model").with(WEIGHTS, bytes(77));
    assertThat(hub(null).file(address).path()).hasBinaryContent(bytes(77));
  }

  @Test
  void an_address_may_promise_its_content() {
    String address = server.cdn() + "/org/model/" + WEIGHTS + "#sha256=";

    HubFile file = hub(null).file(address + FakeHub.sha256(content));
    assertThat(file.sha256()).isEqualTo(FakeHub.sha256(content));
    server.forget();
    assertThat(hub(null).file(address + FakeHub.sha256(content)).downloaded()).isFalse();
    assertThat(server.seen()).isEmpty();

    assertThatThrownBy(() -> hub(null).file(address + "0".repeat(64)))
        .hasMessageContainingAll("0".repeat(64), FakeHub.sha256(content));
    assertThatThrownBy(() -> hub(null).file(address + "12")).hasMessageContaining("64 hexadecimal");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 405, 501})
  void an_address_is_fetched_though_nothing_is_said_beforehand(int status) {
    server.describingWith(status);
    String address = server.cdn() + "/org/model/" + WEIGHTS;
    server.failing(cutAfter(100_000));

    assertThat(hub(null).file(address).path()).hasBinaryContent(content);
    assertThat(ranges()).hasSize(2).first().isEqualTo(Optional.empty());
    assertThat(from(ranges().get(1))).isBetween(1L, 100_000L); // what arrived of them
  }

  @Test
  void an_address_may_promise_an_md5() throws Exception {
    byte[] digest = java.security.MessageDigest.getInstance("MD5").digest(content);
    String md5 = java.util.HexFormat.of().formatHex(digest);
    String address = server.cdn() + "/org/model/" + WEIGHTS + "#md5=";

    assertThat(hub(null).file(address + md5).path()).hasBinaryContent(content);
    assertThatThrownBy(() -> hub(null).file(address + "0".repeat(32)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("expected MD5 " + "0".repeat(32), "found " + md5);
    assertThat(parts()).isEmpty();
  }

  @Test
  void an_address_of_the_hub_itself_may_promise_its_content_too() {
    server.repo("org/model").secret();
    String address = server.endpoint() + "/org/model/resolve/main/" + WEIGHTS;

    HubFile file = hub("hf_good").file(address + "#sha256=" + FakeHub.sha256(content));

    assertThat(file.path()).hasBinaryContent(content);
    assertThat(server.seen()).filteredOn(Seen::cdn).isNotEmpty().allMatch(s -> s.token().isEmpty());
  }

  @Test
  void an_address_without_a_network_is_the_copy_of_before() {
    String address = server.cdn() + "/org/model/" + WEIGHTS;
    hub(null).file(address);

    assertThat(new Hub(settings(null, true), listener(), HASTY).file(address).path())
        .hasBinaryContent(content);
    assertThatThrownBy(
            () -> new Hub(settings(null, true), listener(), HASTY).file(address + ".other"))
        .hasMessageContainingAll(".other", "HF_HUB_OFFLINE");
  }

  @Test
  void no_part_is_left_that_anybody_could_take_for_the_whole() {
    server.failing(cutAfter(10), status(500), status(500), status(500));

    assertThatThrownBy(() -> fetch(WEIGHTS)).isInstanceOf(CheckpointException.class);

    assertThat(parts()).allMatch(f -> f.toString().endsWith(".incomplete"));
    assertThat(files()).noneMatch(f -> f.toString().contains("snapshots"));
  }

  /** What another process does. */
  static final class FetchInAnotherProcess {
    public static void main(String[] arguments) {
      HubSettings settings =
          new HubSettings(
              URI.create(arguments[0]),
              Path.of(arguments[1]),
              Path.of(arguments[1], "hub"),
              null,
              false);
      new Hub(settings, FetchListener.NONE).snapshot(NAME).find(WEIGHTS).orElseThrow();
    }
  }

  private HubFile fetch(String file) {
    return hub(null).snapshot(NAME).find(file).orElseThrow();
  }

  private Hub hub(String token) {
    return new Hub(settings(token, false), listener(), HASTY);
  }

  private HubSettings settings(String token, boolean offline) {
    return new HubSettings(
        URI.create(server.endpoint()), home, home.resolve("hub"), token, offline);
  }

  private FetchListener listener() {
    return new FetchListener() {
      @Override
      public void progressed(String file, long done, long total) {
        progress.add(done);
      }

      @Override
      public void warned(String message) {
        warnings.add(message);
      }
    };
  }

  private List<Optional<String>> ranges() {
    return server.seen().stream()
        .filter(s -> s.cdn() && s.method().equals("GET"))
        .map(Seen::range)
        .toList();
  }

  private static long from(Optional<String> range) {
    return range.map(r -> Long.parseLong(r.replaceAll("bytes=(\\d+)-", "$1"))).orElse(0L);
  }

  private Path part() {
    return home.resolve("hub/models--org--model/blobs")
        .resolve(FakeHub.sha256(content) + ".adapterx.incomplete");
  }

  private List<Path> parts() {
    return files().stream().filter(f -> f.toString().contains("incomplete")).toList();
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(home)) {
      return all.filter(f -> Files.isRegularFile(f) && !f.toString().contains(".locks")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return bytes;
  }
}
