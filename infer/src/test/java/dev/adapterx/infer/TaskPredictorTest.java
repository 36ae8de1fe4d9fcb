package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Probabilities;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.PatchTask;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TaskPredictorTest {
  private static final List<String> LABELS = List.of("apple", "pear", "plum");
  private static final int SIDE = 40;

  @TempDir Path folder;

  private final Backbone backbone =
      Backbones.initial(
          "vit_32x2x2_patch8_32", Backbones.Options.defaults().with(Precision.FP32), 1);
  private final AdaptedModel model =
      AdaptedModel.attach(backbone, new AdapterX(), Classification.of(LABELS), 1);
  private final ImageInput input = Input.images(backbone);
  private final TaskPredictor<RgbImage, float[]> predictor =
      TaskPredictor.of(input, Inference.of(model, Classification.class)).withBatch(6);

  @AfterEach
  void close() {
    model.close();
    backbone.close();
  }

  private static RgbImage picture(int number) {
    byte[] pixels = new byte[3 * SIDE * SIDE];
    Rng rng = Rng.of(number, "picture");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) rng.nextInt(256);
    }
    return new RgbImage(SIDE, SIDE, pixels);
  }

  private static byte[] png(RgbImage picture) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    byte[] p = picture.pixels();
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = (p[3 * i] & 0xFF) << 16 | (p[3 * i + 1] & 0xFF) << 8 | (p[3 * i + 2] & 0xFF);
      image.setRGB(i % SIDE, i / SIDE, rgb);
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RgbImage> pictures(int count) {
    return IntStream.range(0, count).mapToObj(TaskPredictorTest::picture).toList();
  }

  private static <P> List<Answer<P>> all(Answers<P> answers) {
    List<Answer<P>> all = new ArrayList<>();
    try (answers) {
      answers.forEachRemaining(all::add);
    }
    return all;
  }

  private static List<float[]> predictions(List<Answer<float[]>> answers) {
    return answers.stream().map(Answer::prediction).toList();
  }

  private static void assertSame(List<float[]> found, List<float[]> expected) {
    assertThat(found).usingElementComparator(java.util.Arrays::compare).isEqualTo(expected);
  }

  @Test
  void pictures_their_contents_and_their_files_give_the_same_bits_in_order() throws Exception {
    List<RgbImage> pictures = pictures(15);
    List<byte[]> contents = pictures.stream().map(TaskPredictorTest::png).toList();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < contents.size(); i++) {
      files.add(Files.write(folder.resolve(i + ".png"), contents.get(i)));
    }
    List<Answer<float[]>> seen = all(predictor.predict(input.samples(pictures.iterator())));
    assertThat(seen)
        .extracting(Answer::index)
        .containsExactlyElementsOf(IntStream.range(0, 15).mapToObj(i -> (long) i).toList());
    assertSame(
        predictions(all(predictor.predict(input.contents(contents.iterator())))),
        predictions(seen));
    List<Answer<float[]>> ofFiles = all(predictor.predict(input.files(files)));
    assertSame(predictions(ofFiles), predictions(seen));
    assertThat(ofFiles)
        .extracting(Answer::name)
        .isEqualTo(files.stream().map(Path::toString).toList());
    assertThat(seen.get(3).prediction()).isNotEqualTo(seen.get(4).prediction());
    try (Scope scope = Scope.withoutGradients()) { // one by one, by hand
      for (int i = 0; i < 15; i++) {
        float[] row = input.prepared(pictures.get(i), "p");
        float[] p = model.probabilities(Tensors.of(row, 1, 3, 32, 32))[0];
        for (int c = 0; c < 3; c++) {
          assertThat(seen.get(i).prediction()[c]).isCloseTo(p[c], within(1e-6f));
        }
        assertThat(predictor.predict(pictures.get(i))).isEqualTo(p);
      }
    }
  }

  @Test
  void a_broken_one_is_answered_by_its_error_and_the_rest_as_without_it() {
    List<byte[]> sound = pictures(7).stream().map(TaskPredictorTest::png).toList();
    List<byte[]> mixed = new ArrayList<>(sound);
    mixed.add(5, new byte[] {1, 2, 3});
    mixed.add(0, new byte[0]);
    mixed.add("no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    List<Answer<float[]>> answers = all(predictor.predict(input.contents(mixed.iterator())));
    assertThat(answers).hasSize(10);
    assertThat(answers)
        .filteredOn(Answer::isBroken)
        .extracting(Answer::index)
        .containsExactly(0L, 6L, 9L);
    assertThat(answers.get(6).error())
        .isEqualTo(
            "Could not read image sample 6: it is not in a known format; expected JPEG, PNG, WebP,"
                + " BMP, TIFF, GIF or PNM, found a file that starts with 01 02 03");
    assertThat(answers.get(6).prediction()).isNull();
    assertSame(
        predictions(answers.stream().filter(a -> !a.isBroken()).toList()),
        predictions(all(predictor.predict(input.contents(sound.iterator())))));
  }

  @Test
  void items_that_throw_anything_or_are_all_broken_end_nothing() {
    List<Item<RgbImage>> items = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      items.add(
          Item.of(
              "item",
              () -> {
                throw new ArrayIndexOutOfBoundsException("7");
              }));
    }
    items.add(Item.of("last", () -> picture(1)));
    List<Answer<float[]>> answers = all(predictor.predict(items.iterator()));
    assertThat(answers).hasSize(3001);
    assertThat(answers.get(17).error()).isEqualTo("item: 7");
    assertThat(answers.get(3000).prediction()).isEqualTo(predictor.predict(picture(1)));
    assertThat(all(predictor.predict(input.files(List.of())))).isEmpty();
  }

  @Test
  void what_does_not_fit_into_the_heap_is_told_and_the_rest_goes_on() {
    List<Item<RgbImage>> items = new ArrayList<>();
    for (long bytes : new long[] {0, Long.MAX_VALUE}) {
      items.add(
          Item.of(
              "huge",
              bytes,
              () -> {
                throw new OutOfMemoryError("Java heap space");
              }));
      items.add(Item.of("small", 1000, () -> picture(1)));
    }
    List<Answer<float[]>> answers = all(predictor.predict(items.iterator()));
    for (int i = 0; i < 4; i += 2) {
      assertThat(answers.get(i).error())
          .matches("huge does not fit into the heap of \\d+ MiB; give Java more with -Xmx");
      assertThat(answers.get(i + 1).isBroken()).isFalse();
    }
    List<Item<RgbImage>> full =
        List.of(
            Item.of(
                "small",
                1000,
                () -> {
                  throw new OutOfMemoryError("Java heap space");
                }));
    assertThatThrownBy(() -> all(predictor.predict(full.iterator())))
        .isInstanceOf(OutOfMemoryError.class); // not this one is too large, but all the rest
  }

  /** Of an endless stream a bounded number is in memory. */
  @Test
  void an_endless_stream_is_read_a_bounded_number_ahead() {
    AtomicInteger taken = new AtomicInteger();
    Iterator<Item<RgbImage>> endless =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Item<RgbImage> next() {
            int number = taken.getAndIncrement();
            return Item.of("no. " + number, () -> picture(number % 5));
          }
        };
    int most = 0;
    Answers<float[]> answers = predictor.predict(endless);
    try (answers) {
      for (int i = 0; i < 600; i++) {
        assertThat(answers.next().index()).isEqualTo(i);
        most = Math.max(most, taken.get() - i);
      }
    }
    int threads = Runtime.getRuntime().availableProcessors();
    assertThat(most).isLessThanOrEqualTo(Math.max(4 * threads, 12) + 6);
    assertThat(answers.hasNext()).isFalse();
    assertThatThrownBy(answers::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void a_wrong_kind_is_refused_with_what_the_backbone_takes() {
    assertThatThrownBy(() -> Input.clouds(backbone))
        .isInstanceOf(ConfigException.class)
        .hasMessage("The backbone is a vision transformer, which takes images, not point clouds");
    assertThatThrownBy(() -> Predictor.of(model).predict(new PointCloud(new float[30]), 1))
        .hasMessage("The backbone is a vision transformer, which takes images, found a PointCloud");
    assertThatThrownBy(() -> predictor.withBatch(0))
        .hasMessage("Expected a batch of at least 1 sample, found 0");
    List<Answer<float[]>> answers =
        all(predictor.predict(input.files(List.of(folder.resolve("scan.ply")))));
    assertThat(answers.get(0).error())
        .endsWith(
            "there is no such file. The backbone is a vision transformer, which takes images");
  }

  @Test
  void clouds_are_checked_before_they_are_prepared() {
    try (Backbone points = Backbones.embedded("embedded-points", Backbones.Options.defaults());
        AdaptedModel own =
            AdaptedModel.attach(points, new LinearProbe(), Classification.of(LABELS), 1)) {
      float[] xyz = new float[3 * 1500];
      Rng rng = Rng.of(3, "cloud");
      for (int i = 0; i < xyz.length; i++) {
        xyz[i] = (float) rng.nextGaussian();
      }
      float[] holes = new float[3 * 1501];
      System.arraycopy(xyz, 0, holes, 0, xyz.length);
      holes[4500] = Float.NaN;
      List<PointCloud> clouds =
          List.of(
              new PointCloud(xyz),
              new PointCloud(holes),
              new PointCloud(new float[30]),
              new PointCloud(new float[4500]));
      List<Answer<float[]>> answers = all(Predictor.of(own).clouds(clouds.iterator()));
      assertThat(answers.get(1).prediction()).isEqualTo(answers.get(0).prediction()).hasSize(3);
      assertThat(answers.get(2).error())
          .startsWith("sample 2: expected at least")
          .endsWith("found 10");
      assertThat(answers.get(3).error()).startsWith("sample 3: every one of its 1500 points is");
      CloudInput input = Input.clouds(points);
      assertThatThrownBy(() -> input.prepared(new PointCloud(new float[30]), "scan"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("scan: expected at least");
    }
  }

  @Test
  void a_mean_is_that_of_its_members_and_one_member_alone_is_itself() {
    try (AdaptedModel other =
        AdaptedModel.attach(backbone, new LinearProbe(), Classification.of(LABELS), 5)) {
      Inference.Model<float[]> a = Inference.classes(model);
      Inference.Model<float[]> b = Inference.classes(other);
      List<float[]> rows =
          List.of(input.prepared(picture(1), "1"), input.prepared(picture(2), "2"));
      List<float[]> ofA = TaskPredictor.of(input, a).predictPrepared(rows);
      List<float[]> ofB = TaskPredictor.of(input, b).predictPrepared(rows);
      List<float[]> mean =
          TaskPredictor.of(input, Inference.mean(List.of(a, b, b))).predictPrepared(rows);
      for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 3; c++) {
          assertThat(mean.get(i)[c]).isEqualTo((ofA.get(i)[c] + ofB.get(i)[c] + ofB.get(i)[c]) / 3);
        }
      }
      assertSame(TaskPredictor.of(input, Inference.mean(List.of(a))).predictPrepared(rows), ofA);
      assertThatThrownBy(() -> Inference.mean(List.of())).isInstanceOf(ConfigException.class);
      try (AdaptedModel two =
          AdaptedModel.attach(
              backbone, new LinearProbe(), Classification.of(List.of("x", "y")), 5)) {
        assertThatThrownBy(() -> Inference.mean(List.of(a, Inference.classes(two))))
            .hasMessage("The models of a mean must have the same classes in the same order");
      }
    }
  }

  /** Frozen features; counts the forward passes through its backbone. */
  private record Counting(AtomicInteger passes) implements PeftMethod {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public String title() {
      return "Counting";
    }

    @Override
    public Tuner attach(Backbone backbone, Rng rng) {
      return new Tuner() {
        @Override
        public Backbone backbone() {
          return backbone;
        }

        @Override
        public NamedTensors trainable() {
          return NamedTensors.none();
        }

        @Override
        public Embedding embed(Backbone of, Tensor input, Pass pass) {
          passes.incrementAndGet();
          return Tuner.super.embed(of, input, pass);
        }

        @Override
        public boolean hasFixedFeatures() {
          return true;
        }
      };
    }
  }

  @Test
  void heads_over_the_same_frozen_features_share_one_forward_pass() {
    AtomicInteger passes = new AtomicInteger();
    PeftMethod probe = new Counting(passes);
    List<float[]> rows = List.of(input.prepared(picture(1), "1"), input.prepared(picture(2), "2"));
    try (AdaptedModel a = AdaptedModel.attach(backbone, probe, Classification.of(LABELS), 1);
        AdaptedModel b =
            AdaptedModel.attach(backbone, probe, Classification.of(List.of("x", "y")), 2)) {
      List<Inference.Model<float[]>> models =
          List.of(Inference.classes(a), Inference.classes(model), Inference.classes(b));
      Inference<List<float[]>> each = Inference.each(models);
      assertThat(each.labels()).isEmpty();
      List<List<float[]>> found = TaskPredictor.of(input, each).predictPrepared(rows);
      assertThat(passes).hasValue(1);
      for (int m = 0; m < 3; m++) {
        int at = m;
        assertSame(
            found.stream().map(of -> of.get(at)).toList(),
            TaskPredictor.of(input, models.get(m)).predictPrepared(rows));
      }
      assertThat(passes).hasValue(3);
    }
    try (Backbone other =
            Backbones.initial("vit_32x2x2_patch8_32", Backbones.Options.defaults(), 1);
        AdaptedModel foreign =
            AdaptedModel.attach(other, new LinearProbe(), Classification.of(LABELS), 1)) {
      assertThatThrownBy(
              () -> Inference.each(List.of(Inference.classes(model), Inference.classes(foreign))))
          .hasMessage("Models that are asked together share one backbone");
    }
  }

  @Test
  void a_task_that_is_no_classification_is_predicted_likewise() {
    PatchTask task = new PatchTask(List.of("dark", "light", "edge"));
    try (AdaptedModel patches = AdaptedModel.attach(backbone, new AdapterX(), task, 1);
        Scope scope = Scope.withoutGradients()) {
      TaskPredictor<RgbImage, int[]> own =
          TaskPredictor.of(input, Inference.of(patches, PatchTask.class));
      List<Answer<int[]>> answers = all(own.predict(input.samples(pictures(9).iterator())));
      assertThat(answers).hasSize(9);
      for (int i = 0; i < 9; i++) {
        Tensor row = Tensors.of(input.prepared(picture(i), "p"), 1, 3, 32, 32);
        assertThat(answers.get(i).prediction())
            .hasSize(16)
            .isEqualTo(task.predictions(patches.outputs(row, Pass.evaluation())).get(0));
      }
      assertThat(Inference.of(patches).labels()).containsExactly("dark", "light", "edge");
      assertThatThrownBy(() -> Inference.of(patches, Classification.class))
          .isInstanceOf(ConfigException.class)
          .hasMessage("This needs a model of the task Classification; the model's task is patches");
      assertThatThrownBy(() -> Predictor.of(patches))
          .hasMessage("This needs a model that names classes; the model's task is patches");
    }
  }

  @Test
  void of_equal_probabilities_the_first_class_is_the_best() {
    float[] p = {0.2f, 0.3f, 0.2f, 0.3f};
    assertThat(Probabilities.best(p)).isEqualTo(1);
    assertThat(Probabilities.ranked(p, 3)).containsExactly(1, 3, 0);
    assertThat(Probabilities.ranked(p, 9)).containsExactly(1, 3, 0, 2);
  }
}
