package dev.adapterx.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
  private static final String COMMIT = "c".repeat(40);

  @TempDir Path folder;

  /** A zip file is a file system without links, as Windows is for most of its users. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void without_links_a_file_is_moved_or_copied(boolean isNew) throws IOException {
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("cache.zip"), Map.of("create", "true"))) {
      HubCache cache = HubCache.of(zip.getPath("/hub"), "org/model");
      Files.createDirectories(cache.blob("etag").getParent());
      Files.writeString(cache.blob("etag"), "content");

      cache.point("etag", COMMIT, "sub/model.bin", isNew);

      assertThat(Files.readString(cache.pointer(COMMIT, "sub/model.bin"))).isEqualTo("content");
      assertThat(Files.exists(cache.blob("etag"))).isEqualTo(!isNew);
    }
  }

  @Test
  void a_link_whose_content_is_gone_is_made_anew() throws IOException {
    HubCache cache = HubCache.of(folder, "org/model");
    Files.createDirectories(cache.blob("new").getParent());
    cache.point("old", COMMIT, "model.bin", true);
    assertThat(Files.exists(cache.pointer(COMMIT, "model.bin"))).isFalse();
    Files.writeString(cache.blob("new"), "content");

    cache.point("new", COMMIT, "model.bin", true);

    assertThat(cache.pointer(COMMIT, "model.bin")).hasContent("content");
  }

  @Test
  void models_are_listed_by_name() throws IOException {
    Files.createDirectories(folder.resolve("models--org--some-model"));
    Files.createDirectories(folder.resolve("datasets--org--data"));

    assertThat(HubCache.models(folder)).containsExactly("org/some-model");
    assertThat(HubCache.models(folder.resolve("nothing"))).isEmpty();
  }

  @Test
  void a_cache_that_cannot_be_written_is_no_trouble() throws IOException {
    HubCache cache = HubCache.of(Files.writeString(folder.resolve("file"), "x"), "org/model");

    cache.remember("main", COMMIT);
    cache.rememberMissing(COMMIT, "config.json");

    assertThat(cache.commit(new HubName("org/model", "main"))).isEmpty();
    assertThat(cache.isMissing(COMMIT, "config.json")).isFalse();
  }
}
