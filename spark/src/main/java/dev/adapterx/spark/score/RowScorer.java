package dev.adapterx.spark.score;

import dev.adapterx.infer.Input;
import dev.adapterx.infer.Item;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** Scores the rows of a partition in a stream: a bounded number of them is in memory. */
public final class RowScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final ScoringPlan plan;

  public RowScorer(ScoringPlan plan) {
    this.plan = plan;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    LibraryVersion.requireSame(plan.version());
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    ExecutorModels.Held held =
        ExecutorModels.ofThisJvm()
            .lease(
                plan.backbone(),
                plan.precision(),
                plan.adapter().value(),
                plan.hadoop().value().value());
    TaskContext task = TaskContext.get();
    Scored scored;
    try {
      scored = scored(Input.of(held.model().backbone()), held, rows, task.partitionId());
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
    task.addTaskCompletionListener((TaskCompletionListener) ended -> scored.close());
    return scored;
  }

  private <S> Scored scored(
      Input<S> plain, ExecutorModels.Held held, Iterator<Row> rows, int partition) {
    Input<S> input = plan.exifOrientation() ? plain : plain.withoutExifOrientation();
    var hadoop = plan.hadoop().value().value();
    RowItems<S> reader =
        new RowItems<>(
            new RowReader<>(plan.input(), input, hadoop, "partition " + partition), rows);
    return new Scored(Answering.of(plan, held.model(), input, reader), held, reader.waiting);
  }

  /** The items of rows, which wait for their answers. */
  private static final class RowItems<S> implements Iterator<Item<S>> {
    private final RowReader<S> reader;
    private final Iterator<Row> rows;
    private final Deque<Row> waiting = new ArrayDeque<>();

    RowItems(RowReader<S> reader, Iterator<Row> rows) {
      this.reader = reader;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Item<S> next() {
      Row row = rows.next();
      waiting.add(row);
      return reader.item(row);
    }
  }

  /** Rows with their answers. The model is given back with the last one, or with the task. */
  private final class Scored implements Iterator<Row>, AutoCloseable {
    private final Answering.Stream answers;
    private final ExecutorModels.Held held;
    private final Deque<Row> waiting;
    private boolean closed;

    Scored(Answering.Stream answers, ExecutorModels.Held held, Deque<Row> waiting) {
      this.answers = answers;
      this.held = held;
      this.waiting = waiting;
    }

    @Override
    public boolean hasNext() {
      if (closed) {
        return false;
      }
      if (answers.hasNext()) {
        return true;
      }
      close();
      return false;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Answering.Values values = answers.next();
      Row row = waiting.remove();
      int own = row.size();
      Object[] all = new Object[own + plan.output().names().size()];
      for (int i = 0; i < own; i++) {
        all[i] = row.get(i);
      }
      System.arraycopy(values.values(), 0, all, own, values.values().length);
      Answering.error(values).ifPresent(why -> all[all.length - 1] = why);
      return RowFactory.create(all);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        answers.close();
        held.close();
      }
    }
  }
}
