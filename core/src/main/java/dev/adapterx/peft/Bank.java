package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.NamedTensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One forward pass with another adapter for each sample: the adapters' matrices are stacked along
 * the batch, and products with them are batched (as Punica and S-LoRA do for language models, whose
 * requests have one token each and need kernels of their own; a picture has two hundred). The same
 * answers as one by one up to the rounding of products with other numbers of rows.
 */
public final class Bank {
  /** What models must agree in to be computed together. */
  private record Family(PeftMethod method, Reads reads) {}

  private Bank() {}

  /**
   * What a model must have in common with others to be computed with them, as a value to compare;
   * empty where it is computed by itself: its method is none that can be stacked, it has a backbone
   * or int8 ranges of its own, or its head reads more than the pooled feature.
   */
  public static Optional<Object> family(AdaptedModel model) {
    boolean stacks =
        model.hasFixedFeatures()
            || (model.method() instanceof Bankable method && method.isBankable());
    boolean shared = model.tunedBackbone() == model.backbone();
    return stacks && shared && !model.isQuantised() && model.hasClassHead()
        ? Optional.of(new Family(model.method(), model.reads()))
        : Optional.empty();
  }

  /**
   * Class scores (1, C) of each sample by its own model. Call inside a {@code Scope} without
   * gradients.
   *
   * @param models one for each sample, all of one {@link #family} and over one backbone
   * @param input (B, …), prepared as the backbone expects it
   * @throws ConfigException when they are of several
   */
  public static List<Tensor> logits(List<AdaptedModel> models, Tensor input) {
    Object family = family(models.get(0)).orElse(null);
    if (family == null
        || models.stream()
            .anyMatch(
                one ->
                    one.backbone() != models.get(0).backbone()
                        || !family(one).equals(Optional.of(family)))) {
      throw new ConfigException(
          "Adapters that are computed together have one backbone, method and settings");
    }
    Tensor features = features(models, input).pooled();
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      rows.add(models.get(i).logitsOf(features.narrow(0, i, 1), Pass.evaluation()));
    }
    return rows;
  }

  private static Features features(List<AdaptedModel> models, Tensor input) {
    AdaptedModel first = models.get(0);
    boolean same = models.stream().allMatch(one -> one == first);
    if (same || !(first.method() instanceof Bankable method)) {
      return first.features(input, Pass.evaluation(), first.reads());
    }
    Tuner tuner =
        method.attach(first.backbone(), Parameters.of(stacked(models), first.backbone().device()));
    return first.backbone().features(input, tuner, Pass.evaluation(), first.reads());
  }

  /** Tensors (B, …), vectors (B, 1, D), which then are broadcast over the tokens. */
  private static NamedTensors stacked(List<AdaptedModel> models) {
    Map<String, Tensor> stacked = new LinkedHashMap<>();
    AdaptedModel first = models.get(0);
    for (String name : first.tunedNames()) {
      TensorVector rows = new TensorVector();
      models.forEach(one -> rows.push_back(one.trainable().get(name)));
      Tensor all = torch.stack(rows, 0);
      stacked.put(name, all.dim() == 2 ? all.unsqueeze(1) : all);
    }
    return NamedTensors.of(stacked);
  }
}
