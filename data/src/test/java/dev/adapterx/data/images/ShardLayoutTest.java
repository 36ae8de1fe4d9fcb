package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.image.RgbImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tar shards are a data set like files in folders. */
class ShardLayoutTest {
  @TempDir Path root;
  @TempDir Path outside;

  private void shard(String name, Map<String, byte[]> members) throws IOException {
    try (OutputStream file = Files.newOutputStream(root.resolve(name));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] png(int i) throws IOException {
    Path file = Pictures.png(outside.resolve("x.png"), 3 + i, 2, i);
    return Files.readAllBytes(file);
  }

  /** Shards of two samples each; the label is the sample's number modulo 3. */
  private void numbered() throws IOException {
    for (int shard = 0; shard < 3; shard++) {
      Map<String, byte[]> members = new LinkedHashMap<>();
      for (int i = 2 * shard; i < 2 * shard + 2; i++) {
        members.put("a/" + i + ".png", png(i));
        members.put("a/" + i + ".cls", text(i % 3 + "\n"));
        members.put("a/" + i + ".txt", text("a caption"));
      }
      shard("set-train-00000" + shard + ".tar", members);
    }
    shard("set-val-000000.tar", Map.of("9.png", png(9), "9.json", text("{\"label\": 1}")));
  }

  @Test
  void samples_are_read_where_they_are_in_any_order() throws IOException {
    numbered();
    Layout layout = Layout.of(root);
    assertThat(layout.description()).isEqualTo("WebDataset shards (4 tar files)");
    assertThat(layout.splits()).containsExactly("train", "val");
    assertThat(layout.split(Layout.Role.TRAIN)).contains("train");
    Dataset<RgbImage> train = layout.open("train");
    assertThat(train.size()).isEqualTo(6);
    assertThat(train.classes()).containsExactly("0", "1", "2");
    for (int i : new int[] {5, 0, 3, 1, 4, 2}) {
      assertThat(train.sample(i).width()).isEqualTo(3 + i);
      assertThat(train.label(i)).isEqualTo(i % 3);
      assertThat(train.file(i)).isEmpty();
      assertThat(train.memory(i)).isPositive();
    }
    assertThat(train.name(3)).isEqualTo("set-train-000001.tar/a/3.png");
    assertThat(train.where(3)).isEqualTo(root.resolve("set-train-000001.tar/a/3.png").toString());
    Dataset<RgbImage> val = layout.open("validation");
    assertThat(val.label(0)).isEqualTo(1);
    assertThat(val.classes()).isEqualTo(train.classes());
  }

  @Test
  void labels_may_be_names_and_numbers_may_have_names() throws IOException {
    shard("00.tar", Map.of("x.png", png(1), "x.cls", text("plum")));
    shard("01.tar", Map.of("y.v2.png", png(2), "y.cls", text("apple")));
    assertThat(Layout.of(root).open("all").name(1)).isEqualTo("01.tar/y.v2.png");
    shard("01.tar", Map.of("y.png", png(2), "y.json", text("{\"class\": \"apple\"}")));
    FileDataset data = Layout.of(root).open("all");
    assertThat(data.classes()).containsExactly("apple", "plum");
    assertThat(IntStream.range(0, 2).map(data::label)).containsExactly(1, 0);

    Files.writeString(root.resolve("classes.txt"), "plum\npear\napple\n");
    assertThat(IntStream.range(0, 2).map(Layout.of(root).open("all")::label)).containsExactly(0, 2);
    shard("02.tar", Map.of("z.png", png(2), "z.cls", text("1")));
    assertThat(Layout.of(root).open("all").label(2)).isEqualTo(1);
    shard("03.tar", Map.of("q.png", png(2), "q.cls", text("pare")));
    assertThatThrownBy(() -> Layout.of(root).open("all"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has the label 'pare', which is none of the 3 classes")
        .hasMessageContaining("pear");
  }

  @Test
  void an_image_without_a_label_and_a_second_image_are_named() throws IOException {
    shard("00.tar", Map.of("x.png", png(1)));
    assertThatThrownBy(() -> Layout.of(root).open("all"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root.resolve("00.tar")
                + ": x.png has no label; expected x.cls, or x.json with 'label'");
    Map<String, byte[]> two = new LinkedHashMap<>();
    two.put("x.png", png(1));
    two.put("x.jpg", png(1));
    shard("00.tar", two);
    assertThatThrownBy(() -> Layout.of(root).open("all"))
        .hasMessageContaining("x.jpg is a second image of its sample");
  }

  @Test
  void a_shard_that_is_cut_off_is_named() throws IOException {
    numbered();
    Path shard = root.resolve("set-train-000001.tar");
    byte[] whole = Files.readAllBytes(shard);
    List<Integer> cuts = new ArrayList<>(List.of(100, 700, 1500));
    for (int cut : cuts) {
      Files.write(shard, java.util.Arrays.copyOf(whole, cut));
      assertThatThrownBy(() -> Layout.of(root).open("train"))
          .as("%d bytes", cut)
          .isInstanceOf(DataException.class)
          .hasMessageContaining(shard.toString());
    }
  }

  @Test
  void data_check_reads_every_image_of_a_shard() throws IOException {
    numbered();
    shard(
        "set-val-000000.tar",
        Map.of(
            "8.png", text("no picture"), "8.cls", text("0"), "9.png", png(5), "9.cls", text("2")));
    var read = FileInspection.of(List.of(Layout.of(root).open("val")), true, 2);
    assertThat(read).hasSize(2);
    assertThat(read.values()).filteredOn(facts -> facts.broken() != null).hasSize(1);
    var train = FileInspection.of(List.of(Layout.of(root).open("train")), false, 2);
    assertThat(train.values())
        .extracting(FileFacts::width)
        .containsExactlyInAnyOrder(3, 4, 5, 6, 7, 8);
    assertThat(train.values()).allSatisfy(facts -> assertThat(facts.format()).isEqualTo("PNG"));
  }

  @Test
  void folders_with_an_archive_beside_them_stay_folders() throws IOException {
    Files.createDirectories(root.resolve("cats"));
    Files.write(root.resolve("cats/1.png"), png(1));
    shard("images-1.tar", Map.of("x.png", png(1), "x.cls", text("0")));
    assertThat(Layout.of(root)).isInstanceOf(PlainFolder.class);
  }
}
