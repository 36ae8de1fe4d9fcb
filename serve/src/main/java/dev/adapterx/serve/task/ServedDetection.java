package dev.adapterx.serve.task;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.dense.score.Found;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of pictures and their boxes, in the pictures' own pixels. */
public final class ServedDetection implements ServedTask {
  private static final String COUNT = "count";
  private static final String BOXES = "boxes";
  private static final String SCORES = "scores";
  private static final String CLASSES = "classes";

  @Override
  public String name() {
    return Detection.NAME;
  }

  @Override
  public TaskService<?> over(Backbone backbone) {
    return new Service();
  }

  /** A picture, which each model sees through its own tiles; or pixels that the sender prepared. */
  @SuppressWarnings("ArrayRecordComponent") // on its way into the model; never compared
  record Seen(@Nullable RgbImage picture, float @Nullable [] values) {
    List<Found<Box>> by(Detector detector) {
      return picture != null ? detector.detect(picture) : detector.detect(values);
    }
  }

  private static final class Service implements TaskService<Seen> {
    @Override
    public Seen prepared(Object sample, String name, Wishes wishes) {
      return new Seen((RgbImage) sample, null);
    }

    @Override
    public Seen prepared(float[] values) {
      return new Seen(null, values);
    }

    @Override
    public long bytes(Seen sample) {
      return sample.picture != null
          ? sample.picture.pixels().length
          : (long) Float.BYTES * sample.values.length;
    }

    @Override
    public long rows(AdaptedModel model, Seen sample) {
      RgbImage picture = sample.picture;
      Detection task = (Detection) model.task();
      if (picture == null) {
        return 1;
      }
      Tiles tiles = Tiles.of(task.window(), task.tile(), picture.width(), picture.height());
      long side = tiles.side();
      // Tiles cover the picture, so there are at least as many as fit into it: not made to count.
      long least = tiles.width() / side * (tiles.height() / side);
      return Math.max(tiles.width() / side, Math.max(tiles.height() / side, least)) > MANY
          ? Math.max(least, MANY)
          : tiles.places().size();
    }

    @Override
    public List<List<TaskAnswer>> answers(List<AdaptedModel> models, List<Seen> samples) {
      List<Detector> detectors = models.stream().map(Detector::of).toList();
      List<List<TaskAnswer>> answers = new ArrayList<>();
      for (Seen sample : samples) { // each by itself, as predict does
        List<TaskAnswer> each = new ArrayList<>();
        for (Detector detector : detectors) {
          Detection task = detector.task();
          RgbImage picture = sample.picture;
          int width = picture == null ? task.window() : picture.width();
          int height = picture == null ? task.window() : picture.height();
          each.add(new Answer(task, width, height, sample.by(detector)));
        }
        answers.add(each);
      }
      return answers;
    }

    @Override
    public List<TensorForm> outputs(AdaptedModel model) {
      return List.of(
          new TensorForm(COUNT, "INT32", List.of(-1L)),
          new TensorForm(BOXES, "FP32", List.of(-1L, -1L, 4L)),
          new TensorForm(SCORES, "FP32", List.of(-1L, -1L)),
          new TensorForm(CLASSES, "INT32", List.of(-1L, -1L)));
    }

    /** As many places for each picture as the one with the most boxes has. */
    @Override
    public TensorForm.Filled output(String name, List<TaskAnswer> answers) {
      List<Answer> own = answers.stream().map(Answer.class::cast).toList();
      int n = own.size();
      int most = own.stream().mapToInt(one -> one.found.size()).max().orElse(0);
      List<Long> shape = List.of((long) n, (long) most);
      return switch (name) {
        case COUNT ->
            new TensorForm.Filled(
                name,
                List.of((long) n),
                new TensorForm.Wholes(own.stream().mapToInt(one -> one.found.size()).toArray()));
        case BOXES ->
            new TensorForm.Filled(
                name, List.of((long) n, (long) most, 4L), new TensorForm.Floats(boxes(own, most)));
        case SCORES -> new TensorForm.Filled(name, shape, new TensorForm.Floats(scores(own, most)));
        default -> new TensorForm.Filled(name, shape, new TensorForm.Wholes(classes(own, most)));
      };
    }

    private static float[] boxes(List<Answer> own, int most) {
      float[] all = new float[own.size() * most * 4];
      for (int i = 0; i < own.size(); i++) {
        int at = i * most * 4;
        for (Found<Box> one : own.get(i).found) {
          Box box = one.place();
          for (double edge : new double[] {box.x1(), box.y1(), box.x2(), box.y2()}) {
            all[at++] = (float) edge;
          }
        }
      }
      return all;
    }

    private static float[] scores(List<Answer> own, int most) {
      float[] all = new float[own.size() * most];
      for (int i = 0; i < own.size(); i++) {
        List<Found<Box>> found = own.get(i).found;
        for (int k = 0; k < found.size(); k++) {
          all[i * most + k] = (float) found.get(k).score();
        }
      }
      return all;
    }

    /** -1 where there is no box. */
    private static int[] classes(List<Answer> own, int most) {
      int[] all = new int[own.size() * most];
      Arrays.fill(all, -1);
      for (int i = 0; i < own.size(); i++) {
        List<Found<Box>> found = own.get(i).found;
        for (int k = 0; k < found.size(); k++) {
          all[i * most + k] = found.get(k).label();
        }
      }
      return all;
    }
  }

  /** More tiles than any server computes for one picture. */
  private static final long MANY = 1 << 16;

  /**
   * The boxes of a picture.
   *
   * @param found by score descending
   */
  private record Answer(Detection task, int width, int height, List<Found<Box>> found)
      implements TaskAnswer {
    private static final double CENT = 100;
    private static final double FINE = 1e5;

    @Override
    public Map<String, Object> json(Wishes wishes) {
      int[] colours = task.colours();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("width", width);
      json.put("height", height);
      json.put(
          "boxes",
          found.stream()
              .filter(one -> one.score() >= wishes.score())
              .map(one -> json(one, colours[one.label()]))
              .toList());
      return json;
    }

    /** Hundredths of a pixel, as predict writes. */
    private Map<String, Object> json(Found<Box> one, int colour) {
      Box box = one.place();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("label", task.labels().get(one.label()));
      json.put("index", one.label());
      json.put("score", Math.rint(FINE * one.score()) / FINE);
      json.put("box", List.of(cents(box.x1()), cents(box.y1()), cents(box.x2()), cents(box.y2())));
      json.put("colour", "#%06x".formatted(colour));
      return json;
    }

    private static double cents(double value) {
      return Math.rint(CENT * value) / CENT;
    }
  }
}
