package dev.adapterx.testing;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Meter;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskKind;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task that is no classification, as a stranger's jar would have it: a class for each patch, from
 * the patches of two blocks. A target is a class of each patch, -1 where it has none.
 */
public record PatchTask(List<String> labels) implements Task<int[], int[]> {
  /** Reads it from adapter files. */
  public static final class Kind implements TaskKind {
    @Override
    public String name() {
      return "patches";
    }

    @Override
    public Task<?, ?> read(JsonNode config) {
      List<String> labels = new ArrayList<>();
      config.path("labels").forEach(label -> labels.add(label.asString()));
      return new PatchTask(labels);
    }
  }

  @Override
  public String name() {
    return "patches";
  }

  @Override
  public Class<int[]> targets() {
    return int[].class;
  }

  @Override
  public Reads reads(Backbone backbone) {
    return Reads.layers(List.of(0, 1));
  }

  @Override
  public Head head(Features.Shape of, Parameters parameters) {
    long in = (long) of.layers() * of.width();
    Tensor weight = parameters.add("weight", r -> Init.normal(r, 0, 0.1, labels.size(), in));
    return new PatchHead(new Linear(weight, null), parameters.named("head"));
  }

  private record PatchHead(Linear linear, NamedTensors trainable) implements Head {
    @Override
    public Outputs forward(Features features, Pass pass) {
      Tensor joined = Tensors.cat(2, features.patches(0), features.patches(1));
      return Outputs.of(linear.forward(Tensors.fp32(joined))); // (B, G, C)
    }

    @Override
    public NamedTensors buffers() {
      return NamedTensors.none();
    }
  }

  @Override
  public double weight(List<int[]> targets) {
    return targets.stream().flatMapToInt(Arrays::stream).filter(label -> label >= 0).count();
  }

  @Override
  public Tensor loss(Outputs outputs, List<int[]> targets, double smoothing) {
    long[] labels = targets.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
    Tensor sum =
        torch.cross_entropy_loss(
            outputs.scores().flatten(0, 1),
            Tensors.of(labels, labels.length),
            Tensors.optional(null),
            torch.Reduction.Sum.value,
            -1,
            smoothing);
    return Tensors.scaled(sum, 1 / Math.max(1, weight(targets)));
  }

  @Override
  public Supplier<Hits> hits(Outputs outputs, List<int[]> targets) {
    Hits[] hits = {Hits.NONE};
    List<int[]> predicted = predictions(outputs);
    for (int i = 0; i < predicted.size(); i++) {
      hits[0] = hits[0].plus(compared(targets.get(i), predicted.get(i)));
    }
    return () -> hits[0];
  }

  private static Hits compared(int[] target, int[] predicted) {
    int right = 0;
    int of = 0;
    for (int g = 0; g < target.length; g++) {
      of += target[g] >= 0 ? 1 : 0;
      right += target[g] == predicted[g] ? 1 : 0;
    }
    return new Hits(right, of);
  }

  @Override
  public String hitsName() {
    return "patch-accuracy";
  }

  @Override
  public List<int[]> predictions(Outputs outputs) {
    Tensor best = outputs.scores().argmax(new LongOptional(2), false);
    long[] flat = Tensors.longs(best);
    int patches = Math.toIntExact(best.size(1));
    List<int[]> rows = new ArrayList<>();
    for (int at = 0; at < flat.length; at += patches) {
      rows.add(Arrays.stream(flat, at, at + patches).mapToInt(Math::toIntExact).toArray());
    }
    return rows;
  }

  @Override
  public Meter<int[], int[]> meter() {
    return new Meter<>() {
      private Hits hits = Hits.NONE;

      @Override
      public void add(int index, int[] target, int[] prediction) {
        hits = hits.plus(compared(target, prediction));
      }

      @Override
      public Scores result(double seconds) {
        return new Found(new Score("patch-accuracy", hits.percent(), true), seconds);
      }
    };
  }

  private record Found(Score primary, double seconds) implements Scores {
    @Override
    public List<Score> all() {
      return List.of(primary);
    }

    @Override
    public double loss() {
      return Double.NaN;
    }
  }

  @Override
  public void write(ObjectNode config) {
    labels.forEach(config.putArray("labels")::add);
  }
}
