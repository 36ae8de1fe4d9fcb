package dev.adapterx.data.fetch;

import static dev.adapterx.data.fetch.Archives.file;
import static dev.adapterx.data.fetch.Archives.gzip;
import static dev.adapterx.data.fetch.Archives.special;
import static dev.adapterx.data.fetch.Archives.tar;
import static dev.adapterx.data.fetch.Archives.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of friends and of others. */
@Timeout(value = 120, unit = TimeUnit.SECONDS) // a hang is what is tested
class UnpackerTest {
  private static final List<Take> ALL = List.of(Take.of("(.+)", "$1"));
  private static final UnpackLimits SMALL = new UnpackLimits(50, 4 << 20, 20, 1 << 16);

  @TempDir Path home;
  private Path into;

  @BeforeEach
  void make() throws IOException {
    into = Files.createDirectories(home.resolve("made/here"));
    Files.writeString(home.resolve("made/mine"), "untouched");
  }

  @Test
  void the_same_comes_out_of_a_zip_a_tar_and_a_gzipped_tar() {
    String deep = "long/" + "x".repeat(90) + "/" + "y".repeat(90) + ".txt";
    Map<String, byte[]> files =
        Map.of(
            "a/b.txt", bytes("one"), "ä/é.txt", bytes("two"), "empty", bytes(""), deep, bytes("3"));
    Map<String, String> expected =
        Map.of("a/b.txt", "one", "ä/é.txt", "two", "empty", "", deep, "3");
    byte[] tarred = tar(files);
    for (byte[] archive : List.of(zip(files), tarred, gzip(tarred))) {
      assertThat(unpack(archive, ALL)).isEqualTo(4);
      assertThat(Archives.tree(into)).isEqualTo(expected);
      clear();
    }
  }

  @Test
  void what_no_take_wants_is_passed_over() {
    byte[] archive =
        zip(
            zip -> {
              file(zip, "x/images/1.jpg", "1");
              file(zip, "x/images/deep/2.jpg", "2");
              file(zip, "x/readme", "no");
              file(zip, "images.txt", "no");
            });
    assertThat(unpack(archive, List.of(Take.folder("images", "pictures")))).isEqualTo(2);
    assertThat(Archives.tree(into))
        .isEqualTo(Map.of("pictures/1.jpg", "1", "pictures/deep/2.jpg", "2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../mine",
        "a/../../mine",
        "/tmp/evil",
        "//tmp/evil",
        "C:/evil",
        "c:evil",
        "a\\..\\..\\mine",
        "..",
        "a/..",
        "a\u0000b",
        "a\nb",
        "a/../b"
      })
  void names_that_lead_elsewhere_are_refused(String name) {
    byte[] zipped =
        zip(
            zip -> {
              file(zip, "first", "1");
              file(zip, name, "evil");
            });
    refused(zipped, "is refused");
    if (name.indexOf(0) < 0) { // tar ends names there
      byte[] tarred =
          tar(
              tar -> {
                file(tar, "first", "1");
                file(tar, name, "evil");
              });
      refused(tarred, "is refused");
      refused(gzip(tarred), "is refused");
    }
  }

  @Test
  void names_that_nobody_wanted_are_refused_all_the_same() {
    byte[] archive =
        zip(
            zip -> {
              file(zip, "images/1.jpg", "1");
              file(zip, "../mine", "evil");
            });
    assertThatThrownBy(() -> unpack(archive, List.of(Take.folder("images", ""))))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("its entry '../mine' is refused", "leads out of its folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../mine", "/etc/passwd", "x/../../../mine", "C:\\evil", "..\\..\\..\\x"})
  void links_that_lead_out_are_refused(String target) {
    refused(
        tar(
            tar -> {
              special(tar, "a/link", TarConstants.LF_SYMLINK, target);
              file(tar, "a/link/file", "evil");
            }),
        "out of its folder");
    refused(tar(tar -> special(tar, "a/hard", TarConstants.LF_LINK, target)), "is refused");
    refused(zip(zip -> file(zip, "a/link", bytes(target), 0120777)), "it is a link to");
  }

  @Test
  void links_are_not_unpacked_wherever_they_lead() {
    refused(
        tar(
            tar -> {
              file(tar, "a/file", "1");
              special(tar, "a/link", TarConstants.LF_SYMLINK, "file");
            }),
        "links are not unpacked");
    byte[] beside =
        tar(
            tar -> {
              file(tar, "images/1.jpg", "1");
              special(tar, "latest", TarConstants.LF_SYMLINK, "images");
            });
    assertThat(unpack(beside, List.of(Take.folder("images", "")))).isEqualTo(1);
    assertThat(Archives.tree(into)).isEqualTo(Map.of("1.jpg", "1"));
  }

  @Test
  void devices_pipes_and_sockets_are_refused() {
    for (byte kind : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
      refused(tar(tar -> special(tar, "null", kind, "")), "it is a device or a pipe");
    }
    refused(zip(zip -> file(zip, "socket", bytes(""), 0140666)), "it is a device, a pipe or");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/x.jpg", "A/X.JPG", "a/X.jpg", "./a//x.jpg"})
  void a_name_stands_there_once(String again) {
    byte[] zipped =
        zip(
            zip -> {
              file(zip, "a/x.jpg", "1");
              file(zip, again, "2");
            });
    refused(zipped, "it occurs twice, or differs from another name only in case");
    byte[] tarred =
        tar(
            tar -> {
              file(tar, "a/x.jpg", "1");
              file(tar, again, "2");
            });
    refused(tarred, "it occurs twice, or differs from another name only in case");
  }

  @Test
  void composed_and_decomposed_letters_are_the_same_name() {
    refused(
        zip(
            zip -> {
              file(zip, "\u00e9.jpg", "1");
              file(zip, "e\u0301.jpg", "2");
            }),
        "it occurs twice");
  }

  @Test
  void a_file_is_not_a_folder_too() {
    refused(
        tar(
            tar -> {
              file(tar, "a", "1");
              file(tar, "a/b", "2");
            }),
        "here"); // the path, whatever the machine says of it
    refused(
        tar(
            tar -> {
              file(tar, "a/b", "2");
              file(tar, "a", "1");
            }),
        "a file and a folder of one name");
  }

  @Test
  void bombs_are_ended_by_their_ratio() {
    byte[] zeros = new byte[3 << 20];
    refused(zip(zip -> file(zip, "zeros", zeros)), "more than 20 times its own");
    refused(gzip(tar(tar -> file(tar, "zeros", zeros))), "more than 20 times its own");
    // What nobody wants costs time as well, so it counts in a tar, where it cannot be skipped.
    byte[] beside =
        gzip(
            tar(
                tar -> {
                  file(tar, "zeros", zeros);
                  file(tar, "images/1.jpg", "1");
                }));
    assertThatThrownBy(() -> unpack(beside, List.of(Take.folder("images", ""))))
        .hasMessageContaining("more than 20 times its own");
  }

  @Test
  void a_zip_that_lies_about_sizes_is_ended_too() {
    byte[] archive = zip(zip -> file(zip, "zeros", new byte[3 << 20]));
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(archive.length - 22 + 16);
    bytes.putInt(directory + 24, 10); // its size once unpacked
    refused(archive, "more than 20 times its own", "should have 10");
  }

  @Test
  void bombs_are_ended_by_their_size() {
    byte[] noise = new byte[5 << 20];
    new Random(1).nextBytes(noise);
    refused(zip(zip -> file(zip, "noise", noise)), "more than 4,194,304 bytes");
    refused(tar(tar -> file(tar, "noise", noise)), "more than 4,194,304 bytes");
  }

  @Test
  void bombs_are_ended_by_their_number_of_files() {
    refused(
        zip(
            zip -> {
              for (int i = 0; i < 60; i++) {
                file(zip, "f" + i, "");
              }
            }),
        "more than 50 files");
    refused(
        tar(
            tar -> {
              for (int i = 0; i < 60; i++) {
                file(tar, "f" + i, "");
              }
            }),
        "more than 50 files");
  }

  @Test
  void deep_nesting_and_long_names_are_refused() {
    refused(zip(zip -> file(zip, "d/".repeat(40) + "x", "")), "41 folders deep, at most 32");
    refused(tar(tar -> file(tar, "d/".repeat(40) + "x", "")), "41 folders deep, at most 32");
    refused(zip(zip -> file(zip, "n".repeat(300), "")), "longer than 255 bytes");
    refused(zip(zip -> file(zip, "n/".repeat(800), "")), "1,600 characters, at most 1,024");
  }

  @Test
  void an_archive_in_an_archive_stays_one() {
    byte[] inner = zip(zip -> file(zip, "../mine", "evil"));
    assertThat(unpack(zip(zip -> file(zip, "inner.zip", inner)), ALL)).isEqualTo(1);
    assertThat(into.resolve("inner.zip")).hasBinaryContent(inner);
  }

  @Test
  void damage_is_found() {
    byte[] noise = new byte[20_000];
    new Random(2).nextBytes(noise);
    byte[] zipped = zip(zip -> file(zip, "noise", noise));
    byte[] tarred = tar(tar -> file(tar, "noise", noise));
    byte[] gzip = gzip(tarred);
    byte[] flipped = zipped.clone();
    flipped[1_000] ^= 1;
    refused(flipped, "noise", "could not be unpacked");
    refused(Arrays.copyOf(zipped, 9_000), "could not be unpacked");
    refused(Arrays.copyOf(tarred, 9_000), "could not be unpacked");
    refused(Arrays.copyOf(gzip, 9_000), "could not be unpacked");
    refused(Arrays.copyOf(gzip, gzip.length - 4), "could not be unpacked");
    byte[] sum = gzip.clone();
    sum[sum.length - 6] ^= 1;
    refused(sum, "could not be unpacked");
  }

  @Test
  void a_tar_with_a_negative_or_huge_size_is_refused() {
    byte[] tarred = tar(tar -> file(tar, "noise", new byte[600]));
    byte[] negative = tarred.clone();
    Arrays.fill(negative, 124, 136, (byte) 0xff); // -1, base 256
    sum(negative);
    refused(negative, "could not be unpacked");
    byte[] huge = tarred.clone();
    Arrays.fill(huge, 124, 136, (byte) 0xff);
    huge[124] = (byte) 0x80;
    huge[125] = huge[126] = huge[127] = 0;
    huge[128] = 0x7f;
    sum(huge);
    refused(huge, "could not be unpacked");
    byte[] wrong = tarred.clone();
    wrong[0] ^= 1; // the checksum no longer holds
    refused(wrong, "is no archive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "no archive at all, but a page that says 404\n"})
  void what_is_no_archive_is_refused(String content) {
    refused(bytes(content), "expected a zip, a tar or a gzipped tar", "could not be unpacked");
  }

  @Test
  void damaged_archives_end_in_an_error_or_in_sound_files() {
    Map<String, byte[]> files = Map.of("a/b.txt", new byte[900], "c.txt", bytes("text"));
    byte[] tarred = tar(files);
    for (byte[] archive : List.of(zip(files), tarred, gzip(tarred))) {
      for (int seed = 0; seed < 150; seed++) {
        Random random = new Random(seed);
        byte[] mutant = archive.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
        }
        try {
          unpack(mutant, ALL);
        } catch (DataException e) {
          assertThat(e).as("seed %d", seed).hasMessageContaining("archive");
        }
        clear();
        assertThat(home.resolve("made/mine")).as("seed %d", seed).hasContent("untouched");
      }
    }
  }

  private void refused(byte[] archive, String... anyOf) {
    assertThatThrownBy(() -> unpack(archive, ALL))
        .isInstanceOf(DataException.class)
        .satisfies(
            e ->
                assertThat(List.of(anyOf))
                    .as(e.getMessage())
                    .anyMatch(text -> e.getMessage().contains(text)));
    assertThat(home.resolve("made/mine")).hasContent("untouched");
    assertThat(home.resolve("made").toFile().list()).containsExactlyInAnyOrder("here", "mine");
    clear();
  }

  private int unpack(byte[] archive, List<Take> takes) {
    try {
      Path file = Files.write(home.resolve("archive"), archive);
      return Unpacker.unpack(file, takes, into, SMALL, FetchWatcher.NONE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void clear() {
    try {
      Trees.delete(into);
      Files.createDirectories(into);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a tar header's checksum right again. */
  private static void sum(byte[] tar) {
    Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, tar, 148, 8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
