package dev.adapterx.data.fetch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Five fine-grained data sets with NOAH's lists of a few images a class. */
final class FewShotSets {
  static final String FLOWERS_TERMS = "images from the web; no licence stated";
  static final String FLOWERS_PAGE = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/";

  /** The commit that added the lists; they have not changed since. */
  private static final String NOAH = "10dd5150c50890871a8847f0940d21ca0803858f";

  private static final String CARS =
      "the publishers' address (ai.stanford.edu/~jkrause/car196) is dead; get a copy of %s"
          + " (https://github.com/pytorch/vision/issues/7545 names some)";
  private static final String CARS_HASH = "TensorFlow Datasets (url_checksums/cars196.txt)";

  static final List<PublicSet> ALL =
      List.of(
          set(
              "food-101",
              "101 dishes",
              "food101",
              "food-101",
              "images from foodspotting.com, for research; other use needs their owners' permission",
              "https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101/",
              Part.fetched(
                  "food-101.tar.gz",
                  "http://data.vision.ee.ethz.ch/cvl/food-101.tar.gz",
                  4_996_278_331L,
                  "sha256=d97d15e438b7f4498f96086a4f7e2fa42a32f2712e87d3295441b2b6314053a4",
                  "TensorFlow Datasets (url_checksums/food101.txt)",
                  Take.folder("food-101/images", "images"))),
          set(
              "oxford-pets",
              "37 breeds of cats and dogs",
              "oxford-pets",
              "oxford_pets",
              "CC BY-SA 4.0",
              "https://www.robots.ox.ac.uk/~vgg/data/pets/",
              Part.fetched(
                  "images.tar.gz",
                  "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz",
                  791_918_971,
                  "sha256=67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d",
                  "TensorFlow Datasets (url_checksums/oxford_iiit_pet.txt)",
                  Take.of("(?:.*/)?images/([^/]+\\.jpg)", "images/$1"))),
          set(
              "stanford-cars",
              "196 models of cars",
              "standford-cars",
              "stanford_cars",
              "non-commercial research",
              "https://github.com/pytorch/vision/issues/7545",
              Part.byHand(
                  "cars_train.tgz",
                  979_269_282,
                  "sha256=512b227b30e2f0a8aab9e09485786ab4479582073a144998da74d64b801fd288",
                  CARS_HASH,
                  CARS.formatted("cars_train.tgz"),
                  Take.of("(?:.*/)?cars_train/([^/]+\\.jpg)", "cars_train/$1")),
              Part.byHand(
                  "cars_test.tgz",
                  977_350_468,
                  "sha256=bffea656d6f425cba3c91c6d83336e4c5f86c6cffd8975b0f375d3a10da8e243",
                  CARS_HASH,
                  CARS.formatted("cars_test.tgz"),
                  Take.of("(?:.*/)?cars_test/([^/]+\\.jpg)", "cars_test/$1"))),
          set(
              "oxford-flowers",
              "102 kinds of flowers",
              "oxford-flowers102",
              "oxford_flowers",
              FLOWERS_TERMS,
              FLOWERS_PAGE,
              flowers(Take.folder("jpg", "images"))),
          set(
              "fgvc-aircraft",
              "100 variants of aircraft",
              "fgvc-aircraft",
              "fgvc_aircraft",
              "non-commercial research",
              "https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/",
              Part.fetched(
                  "fgvc-aircraft-2013b.tar.gz",
                  "https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz",
                  -1,
                  "md5=d4acdd33327262359767eeaa97a4f732",
                  "many public readers, R's torchvision among them",
                  Take.folder("fgvc-aircraft-2013b/data/images", "images"))));

  private FewShotSets() {}

  static Part flowers(Take take) {
    return Part.fetched(
        "102flowers.tgz",
        "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/102flowers.tgz",
        344_862_509,
        "sha256=2d01ecc807db462958cfe3d92f57a8c252b4abd240eb955770201e45f783b246",
        "TensorFlow Datasets (url_checksums/oxford_flowers102.txt)",
        take);
  }

  private static PublicSet set(
      String name,
      String about,
      String lists,
      String folder,
      String terms,
      String page,
      Part... images) {
    List<Part> parts = new ArrayList<>(Arrays.asList(images));
    parts.add(lists(lists));
    return new PublicSet(
        "few-shot/" + name,
        about + ", lists of 1 to 16 images a class",
        "few-shot/" + folder,
        List.of(),
        parts,
        terms + "; the lists: MIT",
        page,
        PublicSet.Finish.NOTHING);
  }

  private static Part lists(String folder) {
    return Part.fetched(
        "noah.zip",
        "https://github.com/ZhangYuanhan-AI/NOAH/archive/" + NOAH + ".zip",
        -1,
        null,
        "NOAH's README; a commit, which GitHub packs anew for each download",
        Take.of(
            "(?:.*/)?few-shot/"
                + folder
                + "/annotations/"
                + "((?:train|val|test)_meta\\.list(?:\\.num_shot_\\d+\\.seed_\\d+)?)",
            "annotations/$1"));
  }
}
