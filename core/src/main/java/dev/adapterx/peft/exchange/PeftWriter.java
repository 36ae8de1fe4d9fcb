package dev.adapterx.peft.exchange;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Block;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes adapters for Python's peft: the same function of the same backbone.
 *
 * <p>Where the target model has one layer for queries, keys and values and the adapter changes them
 * separately, A stacks the parts' rows and B has the parts' blocks on its diagonal, so that the
 * rank is the sum; the lengths of DoRA's unchanged rows are those of the frozen weight, and (IA)³'s
 * vector is 1 there. The result is exact; training it further in peft also trains the zeros of B.
 * In the opposite case, q, k and v share A and each takes a third of B.
 */
final class PeftWriter {
  private final PeftLayout layout;
  private final List<StoredTensor> tensors = new ArrayList<>();

  private PeftWriter(PeftLayout layout) {
    this.layout = layout;
  }

  static void write(AdaptedModel model, PeftLayout layout, Path folder) {
    PeftWriter writer = new PeftWriter(layout);
    try (Scope scope = Scope.withoutGradients()) {
      List<Map<Projection, ProjectionChange>> blocks = writer.pieces(model);
      for (int i = 0; i < blocks.size(); i++) {
        int block = i;
        blocks.get(i).forEach((at, piece) -> writer.put(layout.place(block, at), piece));
      }
      writer.putClassifier(model);
      SafetensorsWriter.write(
          folder.resolve(PeftFile.MODEL), writer.tensors, Map.of("format", "pt"));
      ObjectNode config = writer.config(model.method(), blocks.get(0));
      WholeFile.write(folder.resolve(PeftFile.CONFIG), Settings.text(config));
    }
  }

  private List<Map<Projection, ProjectionChange>> pieces(AdaptedModel model) {
    List<Map<Projection, ProjectionChange>> own = ProjectionChange.of(model);
    if (!model.backbone().blocks().stream().allMatch(Block::isGlobal)) {
      throw new ConfigException(
          "peft-hf and peft-timm write the names of vision transformers of one width, and a Swin"
              + " transformer's are others; merge the adapter into the weights instead");
    }
    if (!(model.backbone() instanceof VisionTransformer vit)) {
      throw new ConfigException(
          "peft is for models of Hugging Face and timm, which have no point transformer as this"
              + " one");
    }
    boolean rotary = vit.config().theta() != null;
    if (layout == PeftLayout.HF && (vit.config().preNorm() || rotary)) {
      String kind = rotary ? "DINOv3" : "CLIP";
      throw new ConfigException(
          "peft-hf writes the names of a ViTModel, and a %s's are others; choose peft-timm, whose names timm's %s towers have"
              .formatted(kind, kind));
    }
    List<Map<Projection, ProjectionChange>> theirs = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      theirs.add(
          layout.isFused()
              ? ProjectionChange.fused(own.get(i), model.backbone().blocks().get(i).attn().qkv())
              : ProjectionChange.split(own.get(i)));
    }
    return theirs;
  }

  private void put(String place, ProjectionChange piece) {
    if (piece instanceof ProjectionChange.Low low) {
      put(place + "." + PeftNames.A, low.a());
      put(place + "." + PeftNames.B, low.b());
      if (low.m() != null) {
        put(place + "." + PeftNames.M, low.m());
      }
    } else if (piece instanceof ProjectionChange.Stretch stretch) {
      put(place + "." + PeftNames.L, stretch.l().unsqueeze(stretch.input() ? 0 : 1));
    }
  }

  private void put(String name, Tensor tensor) {
    Tensor plain = Tensors.fp32(tensor);
    tensors.add(new StoredTensor(name, DType.F32, plain.shape(), Tensors.bytes(plain)));
  }

  private void putClassifier(AdaptedModel model) {
    if (model.classification().head() != ClassHead.Kind.LINEAR) {
      throw new ConfigException(
          "The models peft wraps score with one linear layer, this head has hidden layers; train"
              + " with a linear head to write for them");
    }
    NamedTensors head = model.trainable().at("head");
    String place = PeftNames.WRAPPED + layout.classifier() + ".";
    head.forEach((name, tensor) -> put(place + name, tensor));
  }

  private ObjectNode config(PeftMethod method, Map<Projection, ProjectionChange> pieces) {
    ObjectNode config = Settings.json().createObjectNode();
    config.put("peft_type", method instanceof Ia3 ? "IA3" : "LORA");
    config.putNull("base_model_name_or_path");
    config.putNull("task_type");
    config.put("inference_mode", true);
    config.put("fan_in_fan_out", false);
    ArrayNode targets = config.putArray("target_modules");
    pieces.keySet().forEach(at -> targets.add(layout.module(at)));
    config.putArray("modules_to_save").add(layout.classifier());
    if (method instanceof Ia3) {
      ArrayNode inputs = config.putArray("feedforward_modules");
      pieces.forEach(
          (at, piece) -> {
            if (piece instanceof ProjectionChange.Stretch stretch && stretch.input()) {
              inputs.add(layout.module(at));
            }
          });
    } else {
      double dropout = method instanceof Lora lora ? lora.dropout() : ((Dora) method).dropout();
      putRanks(config, pieces, dropout, method instanceof Dora);
    }
    return config;
  }

  private void putRanks(
      ObjectNode config, Map<Projection, ProjectionChange> pieces, double dropout, boolean dora) {
    Map<Projection, ProjectionChange.Low> lows = new EnumMap<>(Projection.class);
    pieces.forEach((at, piece) -> lows.put(at, (ProjectionChange.Low) piece));
    ProjectionChange.Low last = List.copyOf(lows.values()).get(lows.size() - 1);
    config.put("r", last.rank());
    putNumber(config, "lora_alpha", last.scale() * last.rank());
    config.put("lora_dropout", dropout);
    config.put("bias", "none");
    config.put("use_rslora", false);
    config.put("use_dora", dora);
    config.put("init_lora_weights", true);
    ObjectNode ranks = config.putObject("rank_pattern");
    ObjectNode alphas = config.putObject("alpha_pattern");
    lows.forEach(
        (at, low) -> {
          if (low.rank() != last.rank()) {
            ranks.put(layout.module(at), low.rank());
            putNumber(alphas, layout.module(at), low.scale() * low.rank());
          }
        });
  }

  /** Writes whole numbers as integers: peft declares alpha an integer, but accepts others. */
  private static void putNumber(ObjectNode into, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      into.put(key, (long) value);
    } else {
      into.put(key, value);
    }
  }
}
