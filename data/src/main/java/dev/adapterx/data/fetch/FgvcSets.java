package dev.adapterx.data.fetch;

import java.util.List;

/**
 * The five fine-grained data sets with the splits of Visual Prompt Tuning, laid out as described in
 * the readme of those splits: {@code CUB_200_2011/images}, {@code nabirds/images}, {@code
 * OxfordFlower/jpg}, {@code Stanford-dogs/Images}, {@code Stanford-cars/car_ims}, with the JSON
 * files beside.
 */
final class FgvcSets {
  private static final String TFDS =
      "TensorFlow Datasets (tensorflow_datasets/url_checksums/%s.txt)";

  static final List<PublicSet> ALL =
      List.of(
          set(
              "cub-200-2011",
              "200 species of birds",
              "CUB_200_2011",
              Part.fetched(
                  "CUB_200_2011.tgz",
                  "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz?download=1",
                  1_150_585_339,
                  "sha256=0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081",
                  TFDS.formatted("caltech_birds2011"),
                  Take.folder("CUB_200_2011/images", "images")),
              "images belong to their photographers",
              "https://data.caltech.edu/records/65de6-vp158"),
          set(
              "nabirds",
              "555 kinds of North American birds",
              "nabirds",
              Part.byHand(
                  "nabirds.tar.gz",
                  -1,
                  null,
                  "the page alone; the address comes after agreeing",
                  "open https://dl.allaboutbirds.org/nabirds, agree to the terms of use, download"
                      + " nabirds.tar.gz",
                  Take.folder("nabirds/images", "images")),
              "after agreeing to its terms; research and education",
              "https://dl.allaboutbirds.org/nabirds"),
          set(
              "oxford-flowers",
              "102 kinds of flowers",
              "OxfordFlower",
              FewShotSets.flowers(Take.folder("jpg", "jpg")),
              FewShotSets.FLOWERS_TERMS,
              FewShotSets.FLOWERS_PAGE),
          set(
              "stanford-dogs",
              "120 breeds of dogs",
              "Stanford-dogs",
              Part.fetched(
                  "images.tar",
                  "http://vision.stanford.edu/aditya86/ImageNetDogs/images.tar",
                  793_579_520,
                  "sha256=a443fc2f9a851aa1a7b8e4fa4af94b8459fce2c9f5a2f4dd4669cf9673a4ec58",
                  TFDS.formatted("stanford_dogs"),
                  Take.folder("Images", "Images")),
              "images are ImageNet's: non-commercial research and education",
              "http://vision.stanford.edu/aditya86/ImageNetDogs/"),
          set(
              "stanford-cars",
              "196 models of cars",
              "Stanford-cars",
              Part.fetched(
                  "car_ims.tgz",
                  "https://huggingface.co/datasets/XiN0919/FGVC/resolve/921e8dce38536cd5982739d85d5e9235d2cb2a76/car_ims.tgz",
                  1_956_628_579,
                  "sha256=4d96e3e3e892c6b7e4a71959325c7de4804037d27ba5aaf1c756100fd94a5342",
                  "the copy of V-PETL Bench's authors, with the hash the hub gives for it; the"
                      + " publishers' own address (ai.stanford.edu/~jkrause/cars) is dead",
                  Take.folder("car_ims", "car_ims")),
              "non-commercial research",
              "https://github.com/pytorch/vision/issues/7545"));

  private FgvcSets() {}

  private static PublicSet set(
      String name, String about, String folder, Part images, String terms, String page) {
    return new PublicSet(
        "fgvc/" + name,
        about,
        "fgvc/" + folder,
        List.of("train.json", "val.json", "test.json"),
        List.of(images, splits(folder)),
        terms,
        page,
        PublicSet.Finish.NOTHING);
  }

  private static Part splits(String folder) {
    return Part.fetched(
        "json.zip",
        "https://huggingface.co/datasets/XiN0919/FGVC/resolve/main/json.zip",
        -1,
        null,
        "V-PETL Bench's README; the same splits are at https://cornell.box.com/v/vptfgvcsplits"
            + " (fgvc_split.zip, Visual Prompt Tuning's README)",
        Take.of("(?i)(?:.*/)?" + folder + "/(train|val|test)\\.json", "$1.json"));
  }
}
