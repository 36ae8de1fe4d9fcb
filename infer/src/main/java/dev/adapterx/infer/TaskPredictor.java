package dev.adapterx.infer;

import dev.adapterx.base.ConfigException;
import java.util.Iterator;
import java.util.List;

/**
 * Predictions of any task for files, their contents or samples in memory, one by one or streamed:
 * items are read ahead on all cores, in constant memory. An item that cannot be used gives an
 * answer with the error; the others are not affected. Immutable and thread-safe; does not own the
 * model.
 *
 * <pre>{@code
 * var input = Input.images(model.backbone());
 * var predictor = TaskPredictor.of(input, Inference.of(model, Classification.class));
 * try (Answers<float[]> answers = predictor.predict(input.samples(pictures.iterator()))) {
 *   answers.forEachRemaining(answer -> System.out.println(answer.name()));
 * }
 * }</pre>
 *
 * @param <S> what a sample is
 * @param <P> what is predicted of one
 */
public final class TaskPredictor<S, P> {
  /** The default batch size. */
  static final int BATCH = 32;

  private final Input<S> input;
  private final Inference<P> model;
  private final int batch;

  private TaskPredictor(Input<S> input, Inference<P> model, int batch) {
    this.input = input;
    this.model = model;
    this.batch = batch;
  }

  /**
   * Of a model's backbone and the model.
   *
   * @param input of the model's backbone
   */
  public static <S, P> TaskPredictor<S, P> of(Input<S> input, Inference<P> model) {
    return new TaskPredictor<>(input, model, BATCH);
  }

  /**
   * This with another batch size. How a matrix product rounds depends on how many rows it has: in
   * batches of the size of an evaluation the same files give the bits that evaluating them gave.
   *
   * @throws ConfigException when it is none
   */
  public TaskPredictor<S, P> withBatch(int samples) {
    if (samples < 1) {
      throw new ConfigException("Expected a batch of at least 1 sample, found " + samples);
    }
    return new TaskPredictor<>(input, model, samples);
  }

  /** This without applying the EXIF orientation of images. */
  public TaskPredictor<S, P> withoutExifOrientation() {
    return new TaskPredictor<>(input.withoutExifOrientation(), model, batch);
  }

  /** What it takes. */
  public Input<S> input() {
    return input;
  }

  /** What predicts. */
  public Inference<P> model() {
    return model;
  }

  /**
   * Streams answers. A bounded number of items is read ahead; a batch is computed when its answers
   * are needed.
   *
   * @return to be closed
   */
  public Answers<P> predict(Iterator<? extends Item<S>> items) {
    return new AnswerStream<>(items, input, model, batch);
  }

  /**
   * Predicts one sample in memory, in the calling thread. Thread-safe.
   *
   * @throws dev.adapterx.base.DataException when it cannot be used
   */
  public P predict(S sample) {
    return predictPrepared(List.of(input.prepared(sample, "a sample in memory"))).get(0);
  }

  /**
   * Predicts of samples that {@link Input#prepared} made ready, in the thread that asks: what a
   * {@link Batcher}'s work does.
   */
  public List<P> predictPrepared(List<float[]> rows) {
    return AnswerStream.predictions(model, rows.toArray(float[][]::new), 0, rows.size());
  }
}
