package dev.adapterx.data.fetch;

import dev.adapterx.data.points.set.ScanObjectNn;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** ScanObjectNN, ModelNet40 in three forms, its few-shot folds, and ShapeNetPart. */
final class PointSets {
  private static final String MODEL_NET = "academic research";
  private static final String MODEL_NET_PAGE = "https://modelnet.cs.princeton.edu/";
  private static final String STANFORD = "https://shapenet.cs.stanford.edu/media/";
  private static final String NORMAL = "shapenetcore_partanno_segmentation_benchmark_v0_normal";

  static final List<PublicSet> ALL =
      List.of(
          set(
              "scanobjectnn",
              "scanned objects of 15 classes, three variants",
              "scanobjectnn",
              "after agreeing to its terms of use",
              "https://hkust-vgd.github.io/scanobjectnn/",
              scans(),
              Part.byHand(
                  "h5_files.zip",
                  13_099_259_542L,
                  "md5=36876af479f9ad39abad5ebcd89038dd",
                  "published beside the file, as public readers record (torch-pointcloud)",
                  "fill in the form at https://hkust-vgd.github.io/scanobjectnn/"
                      + " (https://forms.gle/g29a6qSgjatjb1vZ6), download h5_files.zip",
                  Take.of(
                      "(?:.*/)?(main_split(?:_nobg)?)/"
                          + "((?:training|test)_objectdataset(?:_augmentedrot_scale75)?\\.h5)",
                      "$1/$2"))),
          set(
              "modelnet40",
              "CAD models of 40 classes as texts of 10,000 points",
              "modelnet40/modelnet40_normal_resampled",
              MODEL_NET,
              MODEL_NET_PAGE,
              List.of(),
              Part.fetched(
                  "modelnet40_normal_resampled.zip",
                  STANFORD + "modelnet40_normal_resampled.zip",
                  -1,
                  null,
                  "PointNet++'s README; about 1.6 GB; the server's certificate has been out of date"
                      + " at times",
                  Take.folder("modelnet40_normal_resampled", ""))),
          set(
              "modelnet40-hdf5",
              "CAD models of 40 classes as HDF5, 2,048 points, without 3 of the 9,843",
              "modelnet40/modelnet40_ply_hdf5_2048",
              MODEL_NET,
              MODEL_NET_PAGE,
              List.of(),
              Part.fetched(
                  "modelnet40_ply_hdf5_2048.zip",
                  STANFORD + "modelnet40_ply_hdf5_2048.zip",
                  -1,
                  "md5=c9ab8e6dfb16f67afdab25e155c79e59",
                  "PointNet's code; the hash as many public readers record it",
                  Take.of("(?:.*/)?modelnet40_ply_hdf5_2048/([^/]+\\.(?:h5|txt))", "$1"))),
          set(
              "modelnet40-meshes",
              "CAD models of 40 classes as OFF meshes",
              "modelnet40/ModelNet40",
              MODEL_NET,
              MODEL_NET_PAGE,
              List.of(),
              Part.fetched(
                  "ModelNet40.zip",
                  "http://modelnet.cs.princeton.edu/ModelNet40.zip",
                  2_039_180_837L,
                  "sha256=42dc3e656932e387f554e25a4eb2cc0e1a1bd3ab54606e2a9eae444c60e536ac",
                  "TensorFlow Datasets (url_checksums/modelnet40.txt)",
                  Take.of("(?:.*/)?ModelNet40/([^/]+/(?:train|test)/[^/]+\\.off)", "$1"))),
          set(
              "modelnet-fewshot",
              "ModelNet40, 5 or 10 classes with 10 or 20 clouds each, ten folds",
              "modelnet-fewshot/ModelNetFewshot",
              MODEL_NET,
              "https://github.com/lulutang0608/Point-BERT/blob/49e2c7407d351ce8fe65764bbddd5d9c0e0a4c52/DATASET.md",
              folds(),
              Part.byHand(
                  "ModelNetFewshot.zip",
                  -1,
                  null,
                  "Point-BERT's page alone, as Point-MAE's names it",
                  "open https://github.com/lulutang0608/Point-BERT/blob/49e2c7407d351ce8fe65764bbddd5d9c0e0a4c52/DATASET.md,"
                      + " follow its link to the few-shot data, download the folder as ModelNetFewshot.zip (a tar will do)",
                  Take.of("(?:.*/)?(\\d+way)_?(\\d+shot)/(\\d+\\.pkl)", "$1_$2/$3"))),
          new PublicSet(
              "shapenetpart",
              "16 classes of ShapeNet with parts, about 2,600 points each",
              "shapenetpart",
              List.of("train", "val", "test"),
              List.of(
                  Part.fetched(
                      NORMAL + ".zip",
                      STANFORD + NORMAL + ".zip",
                      -1,
                      "sha256=0e26411700bae2da38ee8ecc719ba4db2e6e0133486e258665952ad5dfced0fe",
                      "PointNet++'s README (674 MB); the hash as three public readers record it,"
                          + " CompressAI's among them",
                      Take.of("(?:.*/)?(\\d{8}/[^/]+\\.txt)", ShapeNetSplits.POINTS + "/$1"),
                      Take.of(
                          "(?:.*/)?train_test_split/(shuffled_(?:train|val|test)_file_list\\.json)",
                          ShapeNetSplits.LISTS + "/$1"))),
              "ShapeNet's terms: non-commercial research and education",
              "https://shapenet.org/",
              PublicSet.Finish.SHAPE_NET_SPLITS));

  private PointSets() {}

  private static PublicSet set(
      String name,
      String about,
      String folder,
      String terms,
      String page,
      List<String> members,
      Part... parts) {
    return new PublicSet(
        name, about, folder, members, List.of(parts), terms, page, PublicSet.Finish.NOTHING);
  }

  private static List<String> scans() {
    return Stream.of(ScanObjectNn.Variant.values())
        .flatMap(variant -> variant.files().stream())
        .toList();
  }

  private static List<String> folds() {
    return Stream.of("5way_10shot", "5way_20shot", "10way_10shot", "10way_20shot")
        .flatMap(task -> IntStream.range(0, 10).mapToObj(fold -> task + "/" + fold + ".pkl"))
        .toList();
  }
}
