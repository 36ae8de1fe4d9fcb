package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Folders;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.MeshSampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Clouds without their labels, for pre-training: all of HDF5 files, or all files of points and
 * meshes at any depth of a folder.
 *
 * @param description for logs
 */
public record UnlabelledClouds(Dataset<PointCloud> dataset, String description) {

  /**
   * Finds them.
   *
   * @param split of HDF5 files, or a sub-folder of that name if there is one; else everything
   * @throws DataException when there are no clouds
   */
  public static UnlabelledClouds open(Path root, String split, MeshSampling sampling) {
    if (!Files.exists(root)) {
      throw new DataException("No such file or folder: " + root);
    }
    if (H5Layout.recognises(root)) {
      CloudList all = H5Layout.of(root, PointData.Options.defaults()).unlabelled(split);
      return new UnlabelledClouds(
          all, all.size() + " clouds of split " + split + " of " + root + ", labels not read");
    }
    Path inside = root.resolve(split);
    Path folder = Files.isDirectory(inside) ? inside : root;
    List<Path> files =
        Files.isDirectory(folder)
            ? Folders.below(folder, CloudFile::isKnown).files()
            : List.of(folder);
    if (files.isEmpty()) {
      throw new DataException(
          folder
              + " holds no clouds: expected .h5 files, or files ending in "
              + String.join(", ", CloudFile.extensions()));
    }
    return new UnlabelledClouds(
        CloudFolder.unlabelled(files, List.of(), sampling),
        files.size() + " files below " + folder + ", labels not read");
  }
}
