package dev.adapterx.spark.score;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.mask.RunLength;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.score.Found;
import dev.adapterx.dense.segment.PixelShare;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.infer.Answer;
import dev.adapterx.infer.Answers;
import dev.adapterx.infer.Featured;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Item;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Probabilities;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.immutable.ArraySeq;
import scala.collection.immutable.Seq;

/** The values of {@link OutputColumns} for samples, in their order. */
final class Answering {
  /** What is wrong with an item, or the values of the task's columns. */
  @SuppressWarnings("ArrayRecordComponent") // on their way into a row
  record Values(Object[] values, String error) {
    static Values of(Object... values) {
      return new Values(values, "");
    }
  }

  private Answering() {}

  /** Values, one for each item; to be closed. */
  interface Stream extends Iterator<Values>, AutoCloseable {
    @Override
    void close();
  }

  /** A stream of a model's answers. */
  static <S> Stream of(
      ScoringPlan plan, AdaptedModel model, Input<S> input, Iterator<Item<S>> items) {
    return switch (plan.output().kind()) {
      case CLASSES ->
          plan.output().features()
              ? featured(plan, model, input, items)
              : classes(plan, model, input, items);
      case MASK -> {
        Segmenter segmenter = Segmenter.of(model);
        yield oneByOne(items, sample -> mask(segmenter, (RgbImage) sample));
      }
      case BOXES -> {
        Detector detector = Detector.of(model);
        double least = plan.minScore();
        yield oneByOne(items, sample -> boxes(detector, (RgbImage) sample, least));
      }
      case POINTS -> {
        PartLabeller labeller =
            plan.category().isEmpty()
                ? PartLabeller.of(model)
                : PartLabeller.of(model, plan.category());
        yield oneByOne(items, sample -> points(labeller, (PointCloud) sample));
      }
    };
  }

  private static <S> Stream classes(
      ScoringPlan plan, AdaptedModel model, Input<S> input, Iterator<Item<S>> items) {
    List<String> labels = model.task().labels();
    return batched(
        predictor(plan, input, Inference.classes(model)).predict(items),
        p -> new Object[] {label(labels, p), probability(p), ArraySeq.unsafeWrapArray(p)});
  }

  private static <S> Stream featured(
      ScoringPlan plan, AdaptedModel model, Input<S> input, Iterator<Item<S>> items) {
    List<String> labels = model.task().labels();
    return batched(
        predictor(plan, input, Featured.of(model)).predict(items),
        f -> {
          float[] p = f.probabilities();
          return new Object[] {
            label(labels, p),
            probability(p),
            ArraySeq.unsafeWrapArray(p),
            ArraySeq.unsafeWrapArray(f.feature())
          };
        });
  }

  private static <S, P> TaskPredictor<S, P> predictor(
      ScoringPlan plan, Input<S> input, Inference<P> model) {
    return TaskPredictor.of(input, model).withBatch(plan.batch());
  }

  private static String label(List<String> labels, float[] p) {
    return labels.get(Probabilities.best(p));
  }

  private static double probability(float[] p) {
    return p[Probabilities.best(p)];
  }

  private static <P> Stream batched(Answers<P> answers, Function<P, Object[]> values) {
    return new Stream() {
      @Override
      public boolean hasNext() {
        return answers.hasNext();
      }

      @Override
      public Values next() {
        Answer<P> answer = answers.next();
        P prediction = answer.prediction();
        return prediction == null
            ? new Values(new Object[0], String.valueOf(answer.error()))
            : new Values(values.apply(prediction), "");
      }

      @Override
      public void close() {
        answers.close();
      }
    };
  }

  /** Pictures of their own sizes, each by itself, as {@code predict} does. */
  private static <S> Stream oneByOne(Iterator<Item<S>> items, Function<S, Values> answer) {
    return new Stream() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Values next() {
        Item<S> item = items.next();
        try {
          return answer.apply(read(item));
        } catch (DataException e) {
          String why = Reason.of(e);
          return new Values(
              new Object[0], why.contains(item.name()) ? why : item.name() + ": " + why);
        }
      }

      @Override
      public void close() {}
    };
  }

  /** Decoders throw anything on hostile bytes. */
  private static <S> S read(Item<S> item) {
    try {
      return item.read();
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DataException(item.name() + ": " + Reason.of(e), e);
    } catch (OutOfMemoryError e) {
      throw new DataException(
          "%s does not fit into the heap of %d MiB; set spark.executor.memory higher"
              .formatted(item.name(), Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static Values mask(Segmenter segmenter, RgbImage picture) {
    ClassMask mask = segmenter.segment(picture);
    Row[] segments =
        PixelShare.of(mask.classes(), segmenter.task().labels()).stream()
            .map(
                s ->
                    RowFactory.create(
                        s.label(), s.index(), s.share(), RunLength.of(mask, s.index()).text()))
            .toArray(Row[]::new);
    return Values.of(RowFactory.create(mask.width(), mask.height(), seq(segments)));
  }

  private static Values boxes(Detector detector, RgbImage picture, double least) {
    List<String> labels = detector.task().labels();
    Row[] boxes =
        detector.detect(picture).stream()
            .filter(found -> found.score() >= least)
            .map(found -> box(found, labels))
            .toArray(Row[]::new);
    return Values.of(seq(boxes));
  }

  private static Row box(Found<Box> found, List<String> labels) {
    Box b = found.place();
    return RowFactory.create(
        labels.get(found.label()),
        found.label(),
        found.score(),
        b.x1(),
        b.y1(),
        b.width(),
        b.height());
  }

  private static Values points(PartLabeller labeller, PointCloud cloud) {
    short[] classes = labeller.label(cloud);
    Row[] shares =
        PixelShare.of(classes, labeller.task().labels()).stream()
            .map(s -> RowFactory.create(s.label(), s.index(), s.share()))
            .toArray(Row[]::new);
    return Values.of(RowFactory.create(ArraySeq.unsafeWrapArray(classes), seq(shares)));
  }

  private static Seq<Row> seq(Row[] rows) {
    return ArraySeq.unsafeWrapArray(rows);
  }

  /** Absent where nothing is wrong. */
  static Optional<String> error(Values values) {
    return values.error.isEmpty() ? Optional.empty() : Optional.of(values.error);
  }
}
