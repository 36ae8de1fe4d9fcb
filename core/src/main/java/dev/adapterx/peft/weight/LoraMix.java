package dev.adapterx.peft.weight;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;

/**
 * Combines several LoRA adapters of one backbone into one, again an ordinary {@link Lora} that can
 * be saved, merged and trained further.
 *
 * <pre>
 *   linear   ΔW = Σ wᵢ ΔWᵢ             exactly: ranks lie side by side, R = Σ Rᵢ
 *   ties     each ΔWᵢ keeps its largest values, a share of {@code density} of each projection;
 *            the sign of an element is that of the sum of what was kept;
 *            ΔW = mean of wᵢ ΔWᵢ over those kept with that sign;  its best approximation of rank R
 * </pre>
 *
 * <p>The head is the weighted mean of the heads. Linear is peft's {@code cat}; ties is its {@code
 * ties_svd}: on ΔW, not on A and B by themselves, whose signs are arbitrary (−A and −B make the
 * same ΔW) and which therefore cannot vote. Trimming is by projection, as in peft; the paper trims
 * all weights together.
 *
 * <p>Yadav et al., TIES-Merging: Resolving Interference When Merging Models, NeurIPS 2023, <a
 * href="https://arxiv.org/abs/2306.01708">arXiv 2306.01708</a>.
 */
public final class LoraMix {
  private final List<AdaptedModel> models;
  private final List<Double> weights;
  private final List<Lora> methods = new ArrayList<>();

  private LoraMix(List<AdaptedModel> models, List<Double> weights) {
    this.models = models;
    this.weights = weights;
  }

  /**
   * The adapters to combine, and their weights: LoRA with the same targets on the same backbone,
   * with linear heads over the same classes.
   *
   * @throws ConfigException naming the adapter that does not fit
   */
  public static LoraMix of(List<AdaptedModel> models, List<Double> weights) {
    if (models.isEmpty() || models.size() != weights.size()) {
      throw new ConfigException(
          "A mix needs as many weights as adapters, found "
              + models.size()
              + " adapters and the weights "
              + weights);
    }
    double sum = weights.stream().mapToDouble(w -> w).sum();
    if (!Double.isFinite(sum) || sum == 0) {
      throw new ConfigException(
          "The weights of a mix must be finite and must not sum to 0, by which heads are divided,"
              + " found "
              + weights);
    }
    LoraMix mix = new LoraMix(List.copyOf(models), List.copyOf(weights));
    for (int i = 0; i < models.size(); i++) {
      mix.methods.add(mix.requireFitting(i));
    }
    return mix;
  }

  /**
   * Refuses methods that cannot be combined, before anything is loaded.
   *
   * @throws ConfigException naming the first that is not LoRA, or has other targets than the first
   */
  public static void requireMethods(List<PeftMethod> methods) {
    for (int i = 0; i < methods.size(); i++) {
      requireMethod(methods, i);
    }
  }

  private static Lora requireMethod(List<PeftMethod> methods, int i) {
    PeftMethod method = methods.get(i);
    if (!(method instanceof Lora lora)) {
      throw new ConfigException(place(i) + "it is " + method.title() + ", expected LoRA");
    }
    List<Projection> targets = ((Lora) methods.get(0)).targets();
    if (!lora.targets().equals(targets)) {
      throw new ConfigException(
          place(i)
              + "its targets are "
              + Projection.written(lora.targets())
              + ", those of the first "
              + Projection.written(targets));
    }
    return lora;
  }

  private static String place(int i) {
    return "Adapter " + (i + 1) + " cannot be mixed: ";
  }

  private Lora requireFitting(int i) {
    AdaptedModel model = models.get(i);
    AdaptedModel first = models.get(0);
    String place = place(i);
    Lora lora = requireMethod(models.stream().map(AdaptedModel::method).toList(), i);
    if (!model.backbone().info().sha256().equals(first.backbone().info().sha256())) {
      throw new ConfigException(
          place
              + "it is on the backbone '"
              + model.backbone().info().name()
              + "', the first is on '"
              + first.backbone().info().name()
              + "' with other weights");
    }
    if (!model.task().equals(first.task())) {
      throw new ConfigException(
          place + "its classes or head are not those of the first; heads are averaged");
    }
    if (model.classification().head() != ClassHead.Kind.LINEAR) {
      throw new ConfigException(
          place + "its head has hidden layers, whose average means nothing; train linear heads");
    }
    return lora;
  }

  /** Σ wᵢ ΔWᵢ, exactly. The caller closes it; the adapters are unchanged. */
  public AdaptedModel linear() {
    int rank = methods.stream().mapToInt(Lora::rank).sum();
    return mixed(
        rank,
        place -> {
          Tensor[] as = new Tensor[models.size()];
          Tensor[] bs = new Tensor[models.size()];
          for (int i = 0; i < as.length; i++) {
            NamedTensors own = models.get(i).trainable().at(place);
            as[i] = own.get("a").mul(new Scalar(weights.get(i) * methods.get(i).scale()));
            bs[i] = own.get("b");
          }
          return new Factors(Tensors.cat(0, as), Tensors.cat(1, bs));
        });
  }

  /**
   * TIES. The caller closes it; the adapters are unchanged.
   *
   * @param density share of the values kept, in (0, 1]; the paper's is 0.2
   * @param rank of the result; what has a higher rank is approximated
   */
  public AdaptedModel ties(double density, int rank) {
    if (!(density > 0 && density <= 1)) {
      throw new ConfigException("The density of TIES must lie in (0, 1], found " + density);
    }
    Checks.atLeastOne("The rank of a mix", rank);
    return mixed(rank, place -> factors(elected(place, density), rank));
  }

  /** A (R, D_in) and B (D_out, R). */
  private record Factors(Tensor a, Tensor b) {}

  /** Computes the factors at a place. */
  private interface Rule {
    Factors at(String place);
  }

  private AdaptedModel mixed(int rank, Rule rule) {
    AdaptedModel first = models.get(0);
    List<Projection> targets = methods.get(0).targets();
    Lora method = new Lora(rank, null, false, 0, targets);
    AdaptedModel mix = AdaptedModel.attach(first.backbone(), method, first.task(), 0);
    try (Scope scope = Scope.withoutGradients()) {
      for (int i = 0; i < first.backbone().blocks().size(); i++) {
        for (Projection at : targets) {
          String place = "blocks." + i + ".lora." + at.key();
          Factors factors = rule.at(place);
          mix.trainable().get(place + ".a").copy_(factors.a);
          mix.trainable().get(place + ".b").copy_(factors.b);
        }
      }
      mix.trainable().at("head").forEach((name, tensor) -> tensor.copy_(head("head." + name)));
      return mix;
    } catch (RuntimeException e) {
      mix.close();
      throw e;
    }
  }

  private Tensor head(String name) {
    double sum = weights.stream().mapToDouble(w -> w).sum();
    Tensor[] parts = new Tensor[models.size()];
    for (int i = 0; i < parts.length; i++) {
      Tensor own = models.get(i).trainable().get(name);
      parts[i] = own.mul(new Scalar(weights.get(i) / sum)).unsqueeze(0);
    }
    return Tensors.cat(0, parts).sum(0L);
  }

  /** The mean ΔW (D_out, D_in) of the adapters that agree with the elected sign. */
  private Tensor elected(String place, double density) {
    Tensor[] kept = new Tensor[models.size()];
    for (int i = 0; i < kept.length; i++) {
      NamedTensors own = models.get(i).trainable().at(place);
      Tensor delta = own.get("b").mm(own.get("a")).mul(new Scalar(methods.get(i).scale()));
      kept[i] = trimmed(delta, density);
    }
    Tensor sum = kept[0];
    for (int i = 1; i < kept.length; i++) {
      sum = sum.add(kept[i]);
    }
    // +1 where the sum is 0, as in peft.
    Tensor sign = sum.ge(new Scalar(0)).to(Tensors.type(sum)).mul(new Scalar(2)).sub(new Scalar(1));
    Tensor total = Tensors.zeros(Tensors.type(sum), sum.shape());
    Tensor votes = Tensors.zeros(Tensors.type(sum), sum.shape());
    for (int i = 0; i < kept.length; i++) {
      Tensor agrees = kept[i].sign().eq(sign).to(Tensors.type(sum));
      total = total.add(kept[i].mul(agrees).mul(new Scalar(weights.get(i))));
      votes = votes.add(agrees);
    }
    return total.div(votes.clamp_min(new Scalar(1)));
  }

  /** Keeps the largest values and sets the others to zero. */
  private static Tensor trimmed(Tensor delta, double density) {
    long count = (long) (density * delta.numel());
    if (count == delta.numel()) {
      return delta;
    }
    if (count == 0) {
      return Tensors.zeros(Tensors.type(delta), delta.shape());
    }
    Tensor size = delta.abs();
    Tensor smallest = size.reshape(-1).topk(count).get0().min();
    return delta.mul(size.ge(smallest).to(Tensors.type(delta)));
  }

  /** The best approximation of this rank; the singular values are split between A and B. */
  private static Factors factors(Tensor delta, int rank) {
    T_TensorTensorTensor_T svd = delta.svd();
    long own = Math.min(rank, svd.get1().size(0));
    Tensor roots = svd.get1().narrow(0, 0, own).sqrt();
    Tensor b = svd.get0().narrow(1, 0, own).mul(roots);
    Tensor a = svd.get2().narrow(1, 0, own).mul(roots).t();
    if (own < rank) {
      b = Tensors.cat(1, b, Tensors.zeros(Tensors.type(b), b.size(0), rank - own));
      a = Tensors.cat(0, a, Tensors.zeros(Tensors.type(a), rank - own, a.size(1)));
    }
    return new Factors(a, b);
  }
}
