package dev.adapterx.serve.task;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.parts.Views;
import dev.adapterx.dense.segment.PixelShare;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A class for every point of clouds, and the share of each class. */
public final class ServedParts implements ServedTask {
  private static final String CLASSES = "classes";
  private static final String SHARES = "shares";

  /** More draws than any server computes for one cloud. */
  private static final long MANY = 1 << 16;

  @Override
  public String name() {
    return PartSegmentation.NAME;
  }

  @Override
  public TaskService<?> over(Backbone backbone) {
    return new Service();
  }

  /**
   * A cloud, which each model sees through its own draws.
   *
   * @param category what it shows; null: not said
   */
  record Seen(PointCloud cloud, @Nullable String category) {}

  private static final class Service implements TaskService<Seen> {
    private static final long PER_POINT = 8; // class, its sums

    @Override
    public Seen prepared(Object sample, String name, Wishes wishes) {
      return new Seen(CloudCheck.requireUsable((PointCloud) sample, 1, name), wishes.category());
    }

    @Override
    public Seen prepared(float[] values) {
      throw new DataException(
          "groups: every point gets a class, and groups do not have them all; send the file as"
              + " 'cloud'");
    }

    @Override
    public boolean takesPrepared() {
      return false;
    }

    @Override
    public long bytes(Seen sample) {
      return Float.BYTES * (long) sample.cloud.xyz().length + PER_POINT * sample.cloud.size();
    }

    @Override
    public boolean isTold(AdaptedModel model) {
      return ((PartSegmentation) model.task()).given();
    }

    /** Where there are several. */
    @Override
    public List<String> categories(AdaptedModel model) {
      PartSegmentation task = (PartSegmentation) model.task();
      return task.given() && task.categories().size() > 1
          ? task.categories().stream().map(Category::name).toList()
          : List.of();
    }

    @Override
    public long rows(AdaptedModel model, Seen sample) {
      PartSegmentation task = (PartSegmentation) model.task();
      requireKnown(task, sample.category);
      Views views = task.views();
      int points = sample.cloud.size();
      int each = task.input().points();
      long whole = (points + each - 1L) / each;
      return views.votes()
          * (views.blocks() ? columns(sample.cloud, views.block()) + 4 * whole : whole);
    }

    private static void requireKnown(PartSegmentation task, @Nullable String category) {
      if (!task.given()) {
        return; // another adapter of the request is told
      }
      List<String> names = task.categories().stream().map(Category::name).toList();
      if (category == null) {
        if (names.size() > 1) {
          throw new DataException(
              "category: the adapter has to be told what the cloud shows; expected one of "
                  + Names.some(names)
                  + ", as ?category="
                  + names.get(0)
                  + ", found none");
        }
      } else if (!names.contains(category)) {
        throw new DataException(
            "category: expected one of %s, found '%s'%s"
                .formatted(Names.some(names), category, Names.hint(category, names)));
      }
    }

    /** At least as many columns as have points; {@link Views} overlaps them by half. */
    private static long columns(PointCloud cloud, double block) {
      double half = block / 2;
      float[] xyz = cloud.xyz();
      double x = Double.POSITIVE_INFINITY;
      double y = Double.POSITIVE_INFINITY;
      for (int i = 0; i < xyz.length; i += 3) {
        x = Math.min(x, xyz[i]);
        y = Math.min(y, xyz[i + 1]);
      }
      Set<Long> corners = new HashSet<>();
      for (int i = 0; i < xyz.length && corners.size() < MANY; i += 3) {
        long column = (long) Math.floor((xyz[i] - x) / half);
        long row = (long) Math.floor((xyz[i + 1] - y) / half);
        for (int side = 0; side < 4; side++) {
          corners.add(((column - side / 2) << 32) ^ ((row - side % 2) & 0xFFFF_FFFFL));
        }
      }
      return corners.size();
    }

    @Override
    public List<List<TaskAnswer>> answers(List<AdaptedModel> models, List<Seen> samples) {
      List<List<TaskAnswer>> answers = new ArrayList<>();
      for (Seen sample : samples) { // each by itself, as predict does
        List<TaskAnswer> each = new ArrayList<>();
        for (AdaptedModel model : models) {
          String category = isTold(model) ? sample.category : null;
          PartLabeller labeller = PartLabeller.of(model, category);
          each.add(new Answer(labeller.task(), sample, labeller.label(sample.cloud)));
        }
        answers.add(each);
      }
      return answers;
    }

    @Override
    public List<TensorForm> outputs(AdaptedModel model) {
      return List.of(
          new TensorForm(CLASSES, "UINT16", List.of(-1L, -1L)),
          new TensorForm(SHARES, "FP32", List.of(-1L, (long) model.task().labels().size())));
    }

    @Override
    public TensorForm.Filled output(String name, List<TaskAnswer> answers) {
      List<Answer> own = answers.stream().map(Answer.class::cast).toList();
      return name.equals(CLASSES) ? classes(own) : shares(own);
    }

    private static TensorForm.Filled classes(List<Answer> own) {
      int points = own.get(0).classes.length;
      short[] all = new short[Math.multiplyExact(own.size(), points)];
      for (int i = 0; i < own.size(); i++) {
        short[] found = own.get(i).classes;
        if (found.length != points) {
          throw new DataException(
              "clouds of %d and %d points have classes that fit into no one tensor; send clouds of one size, or one a request"
                  .formatted(points, found.length));
        }
        System.arraycopy(found, 0, all, i * points, points);
      }
      return new TensorForm.Filled(
          CLASSES, List.of((long) own.size(), (long) points), new TensorForm.Indices(all));
    }

    private static TensorForm.Filled shares(List<Answer> own) {
      int classes = own.get(0).task.labels().size();
      float[] all = new float[own.size() * classes];
      for (int i = 0; i < own.size(); i++) {
        for (PixelShare one : own.get(i).shares()) {
          all[i * classes + one.index()] = (float) one.share();
        }
      }
      return new TensorForm.Filled(
          SHARES, List.of((long) own.size(), (long) classes), new TensorForm.Floats(all));
    }
  }

  /** The classes of a cloud's points. */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  private record Answer(PartSegmentation task, Seen sample, short[] classes) implements TaskAnswer {
    private static final int MOST_SHOWN = 20_000;

    private List<PixelShare> shares() {
      return PixelShare.of(classes, task.labels());
    }

    @Override
    public Map<String, Object> json(Wishes wishes) {
      int[] colours = task.colours();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("points", classes.length);
      if (sample.cloud.leftOut() > 0) {
        json.put("without-coordinates", sample.cloud.leftOut());
      }
      json.put("classes", shares().stream().map(one -> json(one, colours[one.index()])).toList());
      switch (wishes.points()) {
        case INDICES -> json.put("indices", classes);
        case CLOUD -> json.put("cloud", shown());
        case NONE, FILE -> {}
      }
      return json;
    }

    private static Map<String, Object> json(PixelShare one, int colour) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("label", one.label());
      json.put("index", one.index());
      json.put("share", one.share());
      json.put("colour", "#%06x".formatted(colour));
      return json;
    }

    /** Every k-th point. */
    private Map<String, Object> shown() {
      int step = (classes.length + MOST_SHOWN - 1) / MOST_SHOWN;
      int count = (classes.length + step - 1) / step;
      float[] points = new float[3 * count];
      short[] indices = new short[count];
      for (int i = 0; i < count; i++) {
        System.arraycopy(sample.cloud.xyz(), 3 * step * i, points, 3 * i, 3);
        indices[i] = classes[step * i];
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("points", points);
      json.put("indices", indices);
      return json;
    }

    @Override
    public Optional<Body> body(Wishes wishes) {
      return wishes.points() == Wishes.Points.FILE
          ? Optional.of(
              new Body(
                  "application/octet-stream",
                  LabelledPly.bytes(sample.cloud, classes, task.colours(), task.labels())))
          : Optional.empty();
    }
  }
}
