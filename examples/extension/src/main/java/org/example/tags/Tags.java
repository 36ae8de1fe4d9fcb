package org.example.tags;

import dev.adapterx.base.Settings;
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
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskKind;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Any number of tags for a picture: {@code p = sigmoid(W f + b)} of the pooled feature f, trained
 * by the mean binary cross-entropy over the tags of a sample.
 *
 * <p>Trainable (F feature, C tags): {@code C(F + 1)}.
 */
public record Tags(List<String> labels) implements Task<TagSet, float[]> {
  static final String NAME = "tags";

  /** Reads it from adapter files. */
  public static final class Kind implements TaskKind {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Task<?, ?> read(JsonNode config) {
      return new Tags(List.of(Settings.convert(config.path("labels"), String[].class, "labels")));
    }
  }

  public Tags {
    labels = List.copyOf(labels);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<TagSet> targets() {
    return TagSet.class;
  }

  @Override
  public Reads reads(Backbone backbone) {
    return Reads.pooled();
  }

  @Override
  public Head head(Features.Shape of, Parameters parameters) {
    int in = of.pooled();
    int tags = labels.size();
    Tensor weight = parameters.add("weight", r -> Init.kaimingUniform(r, in, tags, in));
    Tensor bias = parameters.add("bias", r -> Init.zeros(tags));
    return new TagHead(new Linear(weight, bias), parameters.named("head"));
  }

  private record TagHead(Linear linear, NamedTensors trainable) implements Head {
    @Override
    public Outputs forward(Features features, Pass pass) {
      return Outputs.of(linear.forward(Tensors.fp32(features.pooled()))); // (B, C)
    }

    @Override
    public NamedTensors buffers() {
      return NamedTensors.none();
    }
  }

  @Override
  public double weight(List<TagSet> targets) {
    return targets.size();
  }

  /** Of logits x and 0-or-1 targets t: {@code softplus(x) - t x}, its mean. */
  @Override
  public Tensor loss(Outputs outputs, List<TagSet> targets, double smoothing) {
    int tags = labels.size();
    float[] t = new float[targets.size() * tags];
    for (int i = 0; i < t.length; i++) {
      boolean there = targets.get(i / tags).tags().contains(i % tags);
      t[i] = (float) ((there ? 1 - smoothing : 0) + smoothing / 2);
    }
    Tensor x = outputs.scores();
    Tensor target = Tensors.beside(x, Tensors.of(t, targets.size(), tags));
    return torch.softplus(x).sub(target.mul(x)).mean();
  }

  @Override
  public Supplier<Hits> hits(Outputs outputs, List<TagSet> targets) {
    List<float[]> found = predictions(outputs);
    return () -> {
      long right = 0;
      for (int i = 0; i < found.size(); i++) {
        for (int c = 0; c < labels.size(); c++) {
          boolean there = targets.get(i).tags().contains(c);
          right += (found.get(i)[c] >= 0.5) == there ? 1 : 0;
        }
      }
      return new Hits(right, (long) found.size() * labels.size());
    };
  }

  @Override
  public String hitsName() {
    return "tag-accuracy";
  }

  /** The probability of each tag. */
  @Override
  public List<float[]> predictions(Outputs outputs) {
    float[] all = Tensors.floats(outputs.scores().detach().sigmoid());
    List<float[]> rows = new ArrayList<>();
    for (int at = 0; at < all.length; at += labels.size()) {
      rows.add(java.util.Arrays.copyOfRange(all, at, at + labels.size()));
    }
    return rows;
  }

  @Override
  public Meter<TagSet, float[]> meter() {
    return new TagMeter(labels.size());
  }

  @Override
  public void write(ObjectNode config) {
    config.set("labels", Settings.json().valueToTree(labels));
  }
}
