package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.fetch.PublicSet;
import dev.adapterx.data.fetch.PublicSets;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.points.set.PointLayout;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Nothing here asks a network: sets are of archives that lie on the disk, or only talked about. */
class DataFetchCommandTest {
  @TempDir Path home;

  @Test
  void the_document_has_what_is_printed() throws IOException {
    Invocation printed = Invocation.of("data", "fetch", "--markdown");

    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(Files.readString(Path.of("../docs/data.md"))).contains(printed.out());
  }

  @Test
  void without_a_name_all_are_listed() {
    Invocation list = Invocation.of("data", "fetch");

    assertThat(list.code()).isZero();
    assertThat(list.out())
        .contains("scanobjectnn", "12492.4 MiB", "by hand, then --from", "first seen", "CC BY-SA");
    for (PublicSet set : PublicSets.all()) {
      assertThat(list.out()).contains(set.name());
    }
    JsonNode json = Invocation.of("data", "fetch", "--json").json();
    assertThat(json).hasSize(PublicSets.all().size());
    assertThat(json.get(0).path("archives").get(0).path("hash").isNull()).isTrue();
  }

  @Test
  void a_dry_run_says_all_and_does_nothing() {
    Path data = home.resolve("data");
    Invocation dry = Invocation.of("data", "fetch", "fgvc", "--dry-run", "--to", data);

    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains(
            data.resolve("fgvc/CUB_200_2011").toString(),
            "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz",
            "sha256=0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081",
            "none published: what comes is trusted and its SHA-256 noted",
            "1. open https://dl.allaboutbirds.org/nabirds");
    assertThat(data).doesNotExist();
  }

  @Test
  void what_a_licence_asks_is_told_with_the_command_to_go_on_with() {
    Invocation refused = Invocation.of("data", "fetch", "scanobjectnn", "--to", home);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "scanobjectnn cannot be fetched without you:",
            "fill in the form at https://hkust-vgd.github.io/scanobjectnn/",
            "13,099,259,542 bytes, md5=36876af479f9ad39abad5ebcd89038dd",
            "adapterx data fetch scanobjectnn --to " + home + " --from FOLDER/h5_files.zip");
  }

  @Test
  void an_archive_of_ones_own_is_laid_out_and_checked() throws IOException {
    Path archive = scans();
    Path data = home.resolve("data");
    Invocation refused =
        Invocation.of("data", "fetch", "scanobjectnn", "--to", data, "--from", archive);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("is not the h5_files.zip that was published");

    Invocation made =
        Invocation.of(
            "data", "fetch", "scanobjectnn", "--to", data, "--from", archive, "--unverified");
    assertThat(made.code()).as("the counts differ").isEqualTo(2);
    assertThat(made.out())
        .contains(
            "not the published one",
            "differs from what is published:",
            "ScanObjectNN obj-bg has 2309 clouds here, found 2",
            "lacks 4 of 6: ");
    PointLayout layout = PointLayout.of(data.resolve("scanobjectnn"), PointData.Options.defaults());
    assertThat(layout.open("test").dataset().size()).isEqualTo(2);

    Invocation again = Invocation.of("data", "fetch", "scanobjectnn", "--to", data, "--json");
    assertThat(again.json().get(0).path("was_there").asBoolean()).isTrue();
    assertThat(again.json().get(0).path("archives").get(0).path("trust").asString())
        .isEqualTo("not the published one");
    Invocation checked = Invocation.of("data", "check", data.resolve("scanobjectnn"));
    assertThat(checked.code()).isEqualTo(2);
    assertThat(checked.out()).contains("ScanObjectNN obj-bg has 2309 clouds here, found 2");
  }

  @Test
  void several_are_done_one_by_one_whatever_becomes_of_each() throws IOException {
    Path archive = scans();
    Invocation both =
        Invocation.of(
            "data",
            "fetch",
            "modelnet-fewshot",
            "scanobjectnn",
            "--to",
            home.resolve("data"),
            "--from",
            Files.createDirectories(home.resolve("downloads")),
            "--from",
            archive.getParent(),
            "--unverified");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("modelnet-fewshot cannot be fetched without you");
    assertThat(both.out()).contains("scanobjectnn: " + home.resolve("data/scanobjectnn"));
  }

  @Test
  void mistakes_are_named() {
    Invocation unknown = Invocation.of("data", "fetch", "scanobjektnn");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'scanobjectnn'?").doesNotContain("\tat ");
    Invocation nameless = Invocation.of("data", "fetch", "--from", home);
    assertThat(nameless.code()).isEqualTo(2);
    assertThat(nameless.err()).contains("--from needs the name of the set");
    Invocation twice = Invocation.of("data", "fetch", "vtab-1k", "--markdown");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("--markdown prints the list of all sets");
  }

  private Path scans() throws IOException {
    Path h5 = home.resolve("made.h5");
    try (WritableHdfFile hdf = HdfFile.write(h5)) {
      hdf.putDataset("data", new float[][][] {{{0, 0, 1}, {0, 1, 0}}, {{1, 0, 1}, {0, 1, 1}}});
      hdf.putDataset("label", new int[] {0, 14});
    }
    Path archive = home.resolve("h5_files.zip");
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String split : new String[] {"training", "test"}) {
        zip.putNextEntry(new ZipEntry("h5_files/main_split/" + split + "_objectdataset.h5"));
        Files.copy(h5, zip);
        zip.closeEntry();
      }
    }
    return archive;
  }
}
