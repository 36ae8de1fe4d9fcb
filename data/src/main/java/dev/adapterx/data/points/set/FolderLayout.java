package dev.adapterx.data.points.set;

import dev.adapterx.data.Folders;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.points.format.MeshSampling;
import dev.adapterx.data.points.format.OtherFormats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of points or of a mesh for each cloud, sorted into folders by class and split; see {@link
 * CloudFolder}.
 */
public record FolderLayout(Path root, MeshSampling sampling) implements PointLayout {
  @Override
  public String description() {
    return "a file per cloud in folders by class (splits %s), meshes as %d points"
        .formatted(String.join(", ", splits()), sampling.points());
  }

  @Override
  public List<String> splits() {
    return CloudFolder.splits(root);
  }

  @Override
  public PointData open(String split) {
    CloudFolder clouds = CloudFolder.open(root, split, sampling);
    List<String> notes = new ArrayList<>();
    if (clouds.ignored() > 0) {
      notes.add(clouds.ignored() + " other files were passed over");
      OtherFormats.counted(Folders.below(root, OtherFormats::isKnown).files())
          .ifPresent(notes::add);
    }
    return new PointData(this, split, clouds, notes);
  }
}
