package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.data.points.format.MeshSampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLayoutTest {
  private static final String MESH = "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n";

  @TempDir Path root;

  @Test
  void files_in_folders_are_opened_and_checked() throws IOException {
    for (String name : new String[] {"train/bed/1", "train/sofa/2", "test/bed/3"}) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name + ".off"), MESH);
    }
    Files.writeString(root.resolve("train/bed/notes.md"), "x");
    Files.writeString(root.resolve("test/bed/4.off"), "OFF\n");
    PointData.Options options = PointData.Options.defaults().withMeshes(new MeshSampling(10, 1));
    PointData train = PointData.open(root, "train", options);
    assertThat(train.dataset().classes()).containsExactly("bed", "sofa");
    assertThat(train.dataset().sample(0).size()).isEqualTo(10);
    assertThat(train.layout().split(Role.TEST)).contains("test");
    assertThat(train.description())
        .isEqualTo(
            "2 clouds of 2 classes: split train of %s, a file per cloud in folders by class (splits train, test), meshes as 10 points; 1 other files were passed over",
            root);
    DataReport<CloudFacts> report = PointCheck.of(root, options);
    assertThat(report.problems()).containsExactly("test: 1 of 2 clouds broken");
    assertThat(report.splits().get(1).broken().get(0).where())
        .isEqualTo(root.resolve("test/bed/4.off").toString());
  }
}
