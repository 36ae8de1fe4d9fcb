package dev.adapterx.data.fetch;

import static dev.adapterx.data.fetch.LocalSets.bytes;
import static dev.adapterx.data.fetch.LocalSets.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.hub.HubSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a person can get; no server is there to ask. */
class GivenFilesTest {
  private static final String BIRDS = "fgvc/nabirds";

  @TempDir Path home;

  private Path root;
  private Path birds;
  private Path splits;

  @BeforeEach
  void download() throws IOException {
    root = home.resolve("data");
    birds = home.resolve("nabirds.tar.gz");
    Files.write(birds, Archives.gzip(Archives.tar(Map.of("nabirds/images/0295/a.jpg", png(1)))));
    splits = home.resolve("json.zip");
    byte[] list = bytes("{\"0295/a.jpg\": 295}");
    Files.write(
        splits,
        Archives.zip(
            Map.of(
                "nabirds/train.json", list, "nabirds/val.json", list, "nabirds/test.json", list)));
  }

  @Test
  void what_is_to_do_is_told_step_by_step() {
    assertThatThrownBy(() -> fetch(BIRDS, false))
        .isInstanceOf(DataException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "fgvc/nabirds cannot be fetched without you:",
                "  1. open https://dl.allaboutbirds.org/nabirds, agree to the terms of use,"
                    + " download nabirds.tar.gz",
                "  then: adapterx data fetch fgvc/nabirds --to "
                    + root
                    + " --from FOLDER/nabirds.tar.gz",
                "  terms: after agreeing to its terms; research and education;"
                    + " https://dl.allaboutbirds.org/nabirds"));
    assertThatThrownBy(() -> fetch("few-shot/stanford-cars", false))
        .hasMessageContainingAll(
            "  1. ",
            "(cars_train.tgz: 979,269,282 bytes, sha256=512b",
            "  2. ",
            "--from FOLDER-WITH-THE-ARCHIVES");
    assertThat(root.resolve("fgvc")).doesNotExist();
  }

  @Test
  void archives_are_found_by_name_one_by_one_or_in_a_folder() {
    Fetched one = fetch(BIRDS, false, birds, splits);
    assertThat(Layout.of(one.folder()).open("test").name(0)).isEqualTo("0295/a.jpg");
    assertThat(one.origins())
        .extracting(Origin::from)
        .containsExactly(birds.toAbsolutePath().toString(), splits.toAbsolutePath().toString());
    assertThat(birds).exists();
    root = home.resolve("other");
    assertThat(fetch(BIRDS, false, home).wasThere()).isFalse();
  }

  @Test
  void one_archive_for_one_place_may_be_called_anything() throws IOException {
    Path renamed = Files.move(birds, home.resolve("nabirds (1).tgz"));
    assertThat(fetch(BIRDS, false, renamed, splits).wasThere()).isFalse();
  }

  @Test
  void an_archive_that_belongs_to_nothing_is_named() throws IOException {
    Path other = Files.write(home.resolve("other.zip"), bytes("x"));
    assertThatThrownBy(() -> fetch(BIRDS, false, birds, splits, other))
        .isInstanceOf(DataException.class)
        .hasMessage(
            other + " is none of the archives of fgvc/nabirds: expected nabirds.tar.gz, json.zip");
    assertThatThrownBy(() -> fetch(BIRDS, false, home.resolve("gone.zip")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("No such file or folder: " + home.resolve("gone.zip"));
  }

  @Test
  void another_content_than_published_is_refused_unless_wished() throws IOException {
    Path train = home.resolve("cars_train.tgz");
    Path test = home.resolve("cars_test.tgz");
    Path lists = home.resolve("noah.zip");
    Files.write(train, Archives.gzip(Archives.tar(Map.of("cars_train/1.jpg", png(1)))));
    Files.write(test, Archives.gzip(Archives.tar(Map.of("cars_test/1.jpg", png(2)))));
    String folder = "data/few-shot/standford-cars/annotations/";
    Files.write(
        lists,
        Archives.zip(
            Map.of(
                folder + "train_meta.list.num_shot_1.seed_0",
                bytes("cars_train/1.jpg 0\n"),
                folder + "test_meta.list",
                bytes("cars_test/1.jpg 0\n"))));
    String cars = "few-shot/stanford-cars";

    assertThatThrownBy(() -> fetch(cars, false, train, test, lists))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            train + " is not the cars_train.tgz that was published: expected sha256=512b",
            "found sha256=",
            "--unverified");
    assertThat(root.resolve("few-shot")).doesNotExist();

    Fetched fetched = fetch(cars, true, train, test, lists);
    assertThat(fetched.origins())
        .extracting(Origin::trust)
        .containsExactly("not the published one", "not the published one", "first seen");
    assertThat(fetched.folder().resolve(".source.json"))
        .content()
        .contains("not the published one");
  }

  private Fetched fetch(String name, boolean unverified, Path... files) {
    // An address without a server, and offline: a request to the network fails.
    HubSettings settings =
        new HubSettings(URI.create("http://127.0.0.1:9"), root, root.resolve("hub"), null, true);
    return new DataFetch(root, settings, FetchWatcher.NONE, UnpackLimits.USUAL)
        .fetch(PublicSets.named(name).get(0), new GivenFiles(List.of(files), unverified));
  }
}
