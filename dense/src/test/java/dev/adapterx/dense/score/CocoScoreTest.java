package dev.adapterx.dense.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.dense.Golden;
import dev.adapterx.dense.box.Rectangle;
import dev.adapterx.dense.mask.Outline;
import dev.adapterx.dense.mask.RunLength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Against pycocotools 2.0.11; see {@code golden/dense.py}. */
class CocoScoreTest {
  private static final JsonNode GOLDEN = Golden.read("coco.json.gz");

  @Test
  void the_twelve_numbers_of_boxes() {
    for (JsonNode set : GOLDEN.get("sets")) {
      CocoCounts<Rectangle> counts = new CocoCounts<>(set.get("ids").size(), Overlap.BOXES);
      add(counts, set, (r, kind) -> r);
      requireEqual(counts.score(), set.get("bbox"));
    }
  }

  @Test
  void the_twelve_numbers_of_masks() {
    for (JsonNode set : GOLDEN.get("sets")) {
      CocoCounts<RunLength> counts = new CocoCounts<>(set.get("ids").size(), Overlap.MASKS);
      add(counts, set, CocoScoreTest::mask);
      requireEqual(counts.score(), set.get("segm"));
    }
  }

  @Test
  void the_sets_hold_what_they_should() {
    int crowds = 0;
    int emptyPictures = 0;
    int above100 = 0;
    int absentClasses = 0;
    for (JsonNode set : GOLDEN.get("sets")) {
      for (JsonNode picture : set.get("pictures")) {
        emptyPictures += count(set.get("truth"), picture.asInt(), -1) == 0 ? 1 : 0;
        for (JsonNode id : set.get("ids")) {
          above100 += count(set.get("found"), picture.asInt(), id.asInt()) > 100 ? 1 : 0;
        }
      }
      for (JsonNode truth : set.get("truth")) {
        crowds += truth.get(7).asInt();
      }
      int last = set.get("ids").get(set.get("ids").size() - 1).asInt();
      absentClasses += count(set.get("truth"), -1, last) == 0 ? 1 : 0;
    }
    assertThat(List.of(crowds, emptyPictures, above100, absentClasses))
        .allSatisfy(n -> assertThat(n).isGreaterThanOrEqualTo(4));
  }

  @Test
  void a_class_has_figures_of_its_own() {
    CocoCounts<Rectangle> counts = new CocoCounts<>(3, Overlap.BOXES);
    Rectangle box = new Rectangle(0, 0, 10, 10);
    counts.add(
        1,
        List.of(new Known<>(0, box, 100, false), new Known<>(1, box, 100, false)),
        List.of(new Found<>(0, box, 0.9), new Found<>(2, box, 0.8)));
    CocoScore score = counts.score();
    assertThat(score.averagePrecision(0)).isCloseTo(1, within(1e-15));
    assertThat(score.averagePrecision(1)).isZero();
    assertThat(score.averagePrecision(2)).isNaN();
    assertThat(score.averagePrecision()).isCloseTo(0.5, within(1e-15));
    assertThat(score.curve(0, 0.5)).hasSize(101).containsOnly(1 / (1 + Math.ulp(1.0)));
    assertThat(score.numbers()[5]).as("no large object").isEqualTo(-1);
    assertThat(CocoScore.NAMES).hasSize(12);
  }

  /** Three true boxes; found at .9 and .4 rightly, at .6 and .2 wrongly. */
  @Test
  void f1_by_the_least_score() {
    CocoCounts<Rectangle> counts = new CocoCounts<>(2, Overlap.BOXES);
    Rectangle box = new Rectangle(0, 0, 10, 10);
    Rectangle far = new Rectangle(50, 50, 60, 60);
    counts.add(
        1,
        List.of(new Known<>(0, box, 100, false)),
        List.of(new Found<>(0, box, 0.9), new Found<>(0, far, 0.6), new Found<>(1, far, 0.5)));
    counts.add(
        2,
        List.of(new Known<>(0, box, 100, false), new Known<>(0, far, 100, false)),
        List.of(new Found<>(0, far, 0.4), new Found<>(0, new Rectangle(20, 20, 30, 30), 0.2)));
    double[] f1 = counts.score().balance(0);
    assertThat(f1).hasSize(CocoScore.RECALLS);
    assertThat(f1[0]).isCloseTo(4 / 7.0, within(1e-15));
    assertThat(f1[20]).as("a score of .2 itself counts").isEqualTo(f1[0]);
    assertThat(f1[21]).isCloseTo(4 / 6.0, within(1e-15));
    assertThat(f1[41]).isCloseTo(2 / 5.0, within(1e-15));
    assertThat(f1[61]).isCloseTo(2 / 4.0, within(1e-15));
    assertThat(f1[91]).isZero();
    assertThat(counts.score().balance(1)).containsOnly(Double.NaN);
    assertThat(counts.score().balance()).as("of the one class that is there").isEqualTo(f1);
  }

  @Test
  void nothing_at_all_has_no_figures() {
    assertThat(new CocoCounts<>(2, Overlap.BOXES).score().numbers()).containsOnly(-1.0).hasSize(12);
  }

  @Test
  void what_cannot_be_compared_is_named() {
    CocoCounts<Rectangle> counts = new CocoCounts<>(2, Overlap.BOXES);
    Rectangle box = new Rectangle(0, 0, 10, 10);
    counts.add(7, List.of(), List.of());
    assertThatThrownBy(() -> counts.add(7, List.of(), List.of()))
        .isInstanceOf(DataException.class)
        .hasMessage("picture 7 is compared twice");
    assertThatThrownBy(() -> counts.add(8, List.of(), List.of(new Found<>(2, box, 0.5))))
        .hasMessage("a predicted object of picture 8 has the label 2; there are 2 classes, 0 … 1");
    assertThatThrownBy(() -> new Found<>(0, box, Double.NaN))
        .hasMessage("the score of a predicted object is not a number");
    assertThatThrownBy(() -> new Known<>(0, box, Double.NaN, false))
        .hasMessage("a true object has the area NaN; expected pixels");
  }

  /** For its time, which is printed; nothing of it is a condition. */
  @Test
  @Tag("nightly")
  void five_thousand_pictures_of_a_hundred_found_boxes() {
    Rng rng = Rng.of(3, "pictures");
    CocoCounts<Rectangle> counts = new CocoCounts<>(80, Overlap.BOXES);
    long start = System.nanoTime();
    for (int picture = 0; picture < 5000; picture++) {
      List<Known<Rectangle>> truths = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        Rectangle box = box(rng);
        truths.add(new Known<>(rng.nextInt(80), box, box.area(), false));
      }
      List<Found<Rectangle>> found = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        found.add(
            i < 7
                ? new Found<>(truths.get(i).label(), truths.get(i).place(), rng.nextDouble())
                : new Found<>(rng.nextInt(80), box(rng), rng.nextDouble()));
      }
      counts.add(picture, truths, found);
    }
    double ar = counts.score().numbers()[8];
    System.out.printf(
        "COCO AP: 5,000 pictures × 100 boxes: %.1f s%n", (System.nanoTime() - start) / 1e9);
    assertThat(ar).isCloseTo(1, within(1e-12));
  }

  private static Rectangle box(Rng rng) {
    return new Rectangle(
        rng.nextInt(400), rng.nextInt(300), 10 + rng.nextInt(150), 10 + rng.nextInt(150));
  }

  private static int count(JsonNode rows, int picture, int id) {
    int n = 0;
    for (JsonNode row : rows) {
      n +=
          (picture < 0 || row.get(0).asInt() == picture) && (id < 0 || row.get(1).asInt() == id)
              ? 1
              : 0;
    }
    return n;
  }

  private static <R> void add(
      CocoCounts<R> counts, JsonNode set, BiFunction<Rectangle, Integer, R> place) {
    List<Integer> ids = Arrays.stream(Golden.ints(set.get("ids"))).boxed().toList();
    for (JsonNode picture : set.get("pictures")) {
      List<Known<R>> truths = new ArrayList<>();
      List<Found<R>> found = new ArrayList<>();
      for (JsonNode row : set.get("truth")) {
        if (row.get(0).asInt() == picture.asInt()) {
          Rectangle box = rectangle(row);
          int kind = row.get(6).asInt();
          // The annotations' area is that of their pixels, for boxes too.
          truths.add(
              new Known<>(
                  ids.indexOf(row.get(1).asInt()),
                  place.apply(box, kind),
                  mask(box, kind).area(),
                  row.get(7).asInt() == 1));
        }
      }
      for (JsonNode row : set.get("found")) {
        if (row.get(0).asInt() == picture.asInt()) {
          found.add(
              new Found<>(
                  ids.indexOf(row.get(1).asInt()),
                  place.apply(rectangle(row), row.get(6).asInt()),
                  row.get(7).asDouble()));
        }
      }
      counts.add(picture.asLong(), truths, found);
    }
  }

  private static Rectangle rectangle(JsonNode row) {
    return new Rectangle(
        row.get(2).asDouble(), row.get(3).asDouble(), row.get(4).asDouble(), row.get(5).asDouble());
  }

  /** The shapes of {@code golden/dense.py}. */
  private static RunLength mask(Rectangle r, int kind) {
    double x = r.x();
    double y = r.y();
    double w = r.width();
    double h = r.height();
    double[] points =
        switch (kind) {
          case 0 -> new double[] {x, y, x + w, y, x + w, y + h, x, y + h};
          case 1 -> new double[] {x + w / 2, y, x + w, y + h / 2, x + w / 2, y + h, x, y + h / 2};
          default -> new double[] {x, y, x + w, y, x + w, y + h};
        };
    return Outline.fill(GOLDEN.get("height").asInt(), GOLDEN.get("width").asInt(), points);
  }

  private static void requireEqual(CocoScore score, JsonNode golden) {
    assertThat(score.numbers()).containsExactly(Golden.doubles(golden), within(1e-9));
  }
}
