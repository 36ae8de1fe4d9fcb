package dev.adapterx.data.fetch;

import static dev.adapterx.data.fetch.LocalSets.bytes;
import static dev.adapterx.testing.FakeHub.cutAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.adapterx.base.DataException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.hub.HubSettings;
import dev.adapterx.testing.FakeHub;
import dev.adapterx.testing.FakeHub.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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

/** Fetching from a server on this machine; nothing here reaches a network. */
@Timeout(value = 120, unit = TimeUnit.SECONDS) // a hang is what is tested
class DataFetchTest {
  private static final String PETS = "few-shot/oxford-pets";

  @TempDir Path home;

  private final FakeHub server = FakeHub.started();
  private final LocalSets sets = new LocalSets(server).pets();
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<String> unpacked = Collections.synchronizedList(new ArrayList<>());
  private Path root;

  @BeforeEach
  void choose() {
    root = home.resolve("data");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_set_is_laid_out_as_its_reader_wants_it() throws IOException {
    Fetched fetched = fetch(sets.set(PETS));

    assertThat(fetched.folder()).isEqualTo(root.resolve("few-shot/oxford_pets"));
    assertThat(fetched.wasThere()).isFalse();
    Layout layout = Layout.of(fetched.folder());
    assertThat(layout.splits()).containsExactly("train-1shot-seed0", "val", "test");
    assertThat(layout.open("test").name(1)).isEqualTo("beagle_2.jpg");
    assertThat(Archives.tree(fetched.folder()))
        .containsOnlyKeys(
            ".source.json",
            "annotations/test_meta.list",
            "annotations/train_meta.list.num_shot_1.seed_0",
            "annotations/val_meta.list",
            "images/._beagle_2.jpg",
            "images/Abyssinian_1.jpg",
            "images/beagle_2.jpg");
    assertThat(unpacked).contains("images.tar.gz", "noah.zip");
    assertNoLitter();
  }

  @Test
  void what_differs_from_the_published_counts_is_told_and_written_down() {
    Fetched fetched = fetch(sets.set(PETS));
    assertThat(fetched.differences())
        .contains(
            "oxford_pets: test: NOAH has 3669 images here, found 2",
            "oxford_pets: NOAH's oxford-pets has 37 classes, found 2",
            "oxford_pets: no split train-16shot-seed2: NOAH's oxford-pets has one of 592 images");
    assertThat(fetch(sets.set(PETS)).differences()).isEqualTo(fetched.differences());
  }

  @Test
  void where_it_came_from_is_written_down() throws IOException {
    Fetched fetched = fetch(sets.set(PETS, false));
    assertThat(fetched.origins())
        .extracting(Origin::file, Origin::trust)
        .containsExactly(tuple("images.tar.gz", "first seen"), tuple("noah.zip", "first seen"));
    byte[] lists = Files.readAllBytes(fetched.folder().resolve(".source.json"));
    assertThat(new String(lists, StandardCharsets.UTF_8))
        .contains(
            server.cdn() + "/public/sets/noah.zip",
            fetched.origins().get(1).sha256(),
            "first seen",
            "CC BY-SA 4.0");
    assertThat(fetched.origins().get(0).sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void a_second_time_nothing_is_done() {
    Fetched first = fetch(sets.set(PETS));
    server.forget();
    Fetched second = fetch(sets.set(PETS));
    assertThat(second.wasThere()).isTrue();
    assertThat(second.origins()).isEqualTo(first.origins());
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void cut_connections_go_on_from_the_byte() {
    PublicSet set = sets.set(PETS);
    server.failing(cutAfter(20), cutAfter(50));
    fetch(set);
    assertThat(gets().map(Seen::range))
        .startsWith(Optional.empty(), Optional.of("bytes=20-"), Optional.of("bytes=50-"));
    assertThat(warnings).hasSize(2).allMatch(w -> w.contains("trying again"));
  }

  @Test
  void another_content_than_published_is_refused_and_nothing_kept() {
    PublicSet set = sets.set(PETS);
    Part images = set.parts().get(0);
    byte[] evil = Archives.gzip(Archives.tar(Map.of("images/evil.jpg", bytes("evil"))));
    server.repo("public/sets").with(images.file(), evil);

    assertThatThrownBy(() -> fetch(set))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("is not what the server promised", "found", "--from");

    assertThat(set(PETS)).doesNotExist();
    assertThat(contents(root)).noneMatch(f -> f.endsWith("images.tar.gz"));
    assertThat(contents(root)).allMatch(f -> f.endsWith(".lock"));
  }

  @Test
  void another_size_than_published_is_refused() {
    PublicSet known = sets.set(PETS, false);
    Part images = known.parts().get(0);
    Part other =
        new Part(images.file(), images.address(), 7, null, images.source(), null, images.takes());
    assertThatThrownBy(() -> fetch(LocalSets.with(known, List.of(other, known.parts().get(1)))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("published are 7")
        .hasMessageContaining("Nothing was kept");
    assertThat(set(PETS)).doesNotExist();
  }

  @Test
  void an_md5_is_checked_where_nothing_better_is_published() throws Exception {
    PublicSet known = sets.set(PETS, false);
    byte[] content = Archives.zip(Map.of("images/x.jpg", LocalSets.png(3)));
    byte[] md5 = java.security.MessageDigest.getInstance("MD5").digest(content);
    String hash = "md5=" + java.util.HexFormat.of().formatHex(md5);
    Part part = sets.part(known.parts().get(0), content, -1, hash);
    Part wrong = sets.part(known.parts().get(0), content, -1, "md5=" + "0".repeat(32));
    assertThatThrownBy(() -> fetch(LocalSets.with(known, List.of(wrong))))
        .hasMessageContaining("expected MD5 000");
    PartSource source = new PartSource(settings(), FetchWatcher.NONE, home.resolve("archives"));
    assertThat(source.fetched(part).origin().trust()).isEqualTo("MD5");
  }

  @Test
  void a_hostile_archive_harms_nothing() throws IOException {
    fetch(sets.set(PETS));
    Path mine = Files.writeString(root.resolve("mine"), "untouched");
    sets.with(
        "102flowers.tgz",
        Archives.gzip(
            Archives.tar(
                tar -> {
                  Archives.file(tar, "jpg/image_00001.jpg", LocalSets.png(1));
                  Archives.file(tar, "../../../mine", "evil");
                })));
    assertThatThrownBy(() -> fetch(sets.set("few-shot/oxford-flowers")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'../../../mine' is refused");
    assertThat(mine).hasContent("untouched");
    assertThat(root.resolve("few-shot/oxford_flowers")).doesNotExist();
    assertThat(Layout.of(set(PETS)).splits()).hasSize(3);
    assertThat(contents(root)).noneMatch(f -> f.contains("unpacked"));
  }

  @Test
  void an_archive_that_nobody_vouches_for_is_fetched_anew_when_it_was_broken() {
    byte[] whole = sets.content("noah.zip");
    PublicSet set = sets.set(PETS, false);
    server.repo("public/sets").with("noah.zip", Arrays.copyOf(whole, whole.length - 9));
    assertThatThrownBy(() -> fetch(set)).hasMessageContaining("could not be unpacked");
    server.repo("public/sets").with("noah.zip", whole);
    server.forget();

    assertThat(fetch(set).wasThere()).isFalse();
    assertThat(gets().map(Seen::path))
        .as("not again what was whole")
        .containsExactly("/public/sets/noah.zip");
  }

  @Test
  void an_archive_with_something_else_is_refused() {
    sets.with("noah.zip", Archives.zip(Map.of("readme", bytes("nothing of use"))));
    assertThatThrownBy(() -> fetch(sets.set(PETS)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "holds nothing that few-shot/oxford-pets needs", "--from", "called noah.zip");
    assertThat(set(PETS)).doesNotExist();
  }

  @Test
  void a_set_that_cannot_be_read_is_thrown_away() {
    sets.with(
        "images.tar.gz", Archives.gzip(Archives.tar(Map.of("images/other.jpg", LocalSets.png(1)))));
    assertThatThrownBy(() -> fetch(sets.set(PETS)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("cannot be read as a data set", "no image Abyssinian_1.jpg");
    assertThat(set(PETS)).doesNotExist();
  }

  @Test
  void what_is_there_and_somebody_elses_is_never_touched() throws IOException {
    Files.createDirectories(set(PETS));
    Path mine = Files.writeString(set(PETS).resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> fetch(sets.set(PETS)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is there already, but was not made by 'data fetch'");
    assertThat(mine).hasContent("mine");
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void what_a_killed_attempt_left_is_cleared_away() throws IOException {
    Path left = root.resolve(".fetching/few-shot-oxford-pets/unpacked/oxford_pets/images/half.jpg");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half");
    Fetched fetched = fetch(sets.set(PETS));
    assertThat(fetched.folder().resolve("images/half.jpg")).doesNotExist();
    assertNoLitter();
  }

  @Test
  void a_place_that_cannot_be_written_is_named_before_anything_is_fetched() throws IOException {
    Files.writeString(root, "a file");
    assertThatThrownBy(() -> fetch(sets.set(PETS)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(root + " cannot be written");
    assertThat(root).hasContent("a file");
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void threads_that_want_the_same_take_turns() {
    PublicSet set = sets.set(PETS);
    List<CompletableFuture<Fetched>> all =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> fetch(set)))
            .toList();
    assertThat(all.stream().map(f -> f.join().wasThere()))
        .containsExactlyInAnyOrder(false, true, true, true);
    assertThat(warnings).anyMatch(w -> w.contains("another process is fetching " + PETS));
    assertThat(gets().map(Seen::path))
        .containsExactlyInAnyOrder("/public/sets/images.tar.gz", "/public/sets/noah.zip");
  }

  @Test
  void processes_that_want_the_same_take_turns() throws Exception {
    PublicSet set = sets.set(PETS);
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  InAnotherProcess.class.getName(),
                  server.cdn(),
                  server.endpoint(),
                  root.toString(),
                  set.parts().get(0).hash(),
                  set.parts().get(1).hash())
              .inheritIO()
              .start());
    }
    for (Process process : all) {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(Layout.of(set(PETS)).splits()).hasSize(3);
    assertThat(gets().map(Seen::path))
        .containsExactlyInAnyOrder("/public/sets/images.tar.gz", "/public/sets/noah.zip");
    assertNoLitter();
  }

  /** What another process does. */
  static final class InAnotherProcess {
    public static void main(String[] arguments) {
      PublicSet known = PublicSets.named(PETS).get(0);
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Part part = known.parts().get(i);
        String address = arguments[0] + "/public/sets/" + part.file();
        parts.add(
            new Part(
                part.file(), address, -1, arguments[3 + i], part.source(), null, part.takes()));
      }
      Path root = Path.of(arguments[2]);
      HubSettings settings =
          new HubSettings(URI.create(arguments[1]), root, root.resolve("hub"), null, false);
      new DataFetch(root, settings, FetchWatcher.NONE, UnpackLimits.USUAL)
          .fetch(LocalSets.with(known, parts), GivenFiles.NONE);
    }
  }

  private Fetched fetch(PublicSet set) {
    return new DataFetch(root, settings(), watcher(), UnpackLimits.USUAL)
        .fetch(set, GivenFiles.NONE);
  }

  private HubSettings settings() {
    return new HubSettings(URI.create(server.endpoint()), root, root.resolve("hub"), null, false);
  }

  private FetchWatcher watcher() {
    return new FetchWatcher() {
      @Override
      public void warned(String message) {
        warnings.add(message);
      }

      @Override
      public void unpacked(String file, long done, long total) {
        assertThat(done).isBetween(0L, total);
        unpacked.add(file);
      }
    };
  }

  private Path set(String name) {
    return root.resolve(PublicSets.named(name).get(0).folder());
  }

  private Stream<Seen> gets() {
    return server.seen().stream().filter(seen -> seen.method().equals("GET"));
  }

  private void assertNoLitter() {
    assertThat(contents(root.resolve(".fetching"))).allMatch(file -> file.endsWith(".lock"));
  }

  private static List<String> contents(Path folder) {
    return List.copyOf(Archives.tree(folder).keySet());
  }
}
