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

/** Objects of pictures and their boxes, in the pictures' own pixels. */
public final class ServedDetection implements ServedTask {
  /** More tiles than any server computes for one picture. */
  private static final long MANY = 1 << 16;

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

  /** What models look at. */
  private sealed interface Seen {
    long bytes();

    /** Pixels of the boxes' picture. */
    int width(Detection task);

    int height(Detection task);

    /** How many tiles of the backbone's size it is seen through. */
    long tiles(Detection task);

    List<Found<Box>> by(Detector detector);
  }

  /** A picture, which each model sees through its own tiles. */
  private record Picture(RgbImage image) implements Seen {
    @Override
    public long bytes() {
      return image.pixels().length;
    }

    @Override
    public int width(Detection task) {
      return image.width();
    }

    @Override
    public int height(Detection task) {
      return image.height();
    }

    @Override
    public long tiles(Detection task) {
      Tiles tiles = Tiles.of(task.window(), task.tile(), image.width(), image.height());
      long columns = tiles.width() / tiles.side();
      long rows = tiles.height() / tiles.side();
      // They cover the picture, so there are at least as many as fit into it: not made to count.
      return Math.max(columns, Math.max(rows, columns * rows)) > MANY
          ? Math.max(columns * rows, MANY)
          : tiles.places().size();
    }

    @Override
    public List<Found<Box>> by(Detector detector) {
      return detector.detect(image);
    }
  }

  /** Pixels that the sender prepared. */
  @SuppressWarnings("ArrayRecordComponent") // on its way into the model; never compared
  private record Window(float[] values) implements Seen {
    @Override
    public long bytes() {
      return (long) Float.BYTES * values.length;
    }

    @Override
    public int width(Detection task) {
      return task.window();
    }

    @Override
    public int height(Detection task) {
      return task.window();
    }

    @Override
    public long tiles(Detection task) {
      return 1;
    }

    @Override
    public List<Found<Box>> by(Detector detector) {
      return detector.detect(values);
    }
  }

  private static final class Service implements TaskService<Seen> {
    @Override
    public Seen prepared(Object sample, String name, Wishes wishes) {
      return new Picture((RgbImage) sample);
    }

    @Override
    public Seen prepared(float[] values) {
      return new Window(values);
    }

    @Override
    public long bytes(Seen sample) {
      return sample.bytes();
    }

    @Override
    public long rows(AdaptedModel model, Seen sample) {
      return sample.tiles((Detection) model.task());
    }

    @Override
    public List<List<TaskAnswer>> answers(List<AdaptedModel> models, List<Seen> samples) {
      List<Detector> detectors = models.stream().map(Detector::of).toList();
      List<List<TaskAnswer>> answers = new ArrayList<>();
      for (Seen sample : samples) { // each by itself, as predict does
        List<TaskAnswer> each = new ArrayList<>();
        for (Detector detector : detectors) {
          Detection task = detector.task();
          each.add(new Answer(task, sample.width(task), sample.height(task), sample.by(detector)));
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
