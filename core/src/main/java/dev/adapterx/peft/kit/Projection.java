package dev.adapterx.peft.kit;

import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A linear map of a block that a method may change: a whole layer, or the third of the fused {@code
 * attn.qkv} that makes queries, keys or values.
 */
public enum Projection {
  Q(LinearSite.QKV, 0),
  K(LinearSite.QKV, 1),
  V(LinearSite.QKV, 2),
  /** Queries, keys and values as the one layer they are: one change for all three. */
  QKV(LinearSite.QKV, -1),
  PROJ(LinearSite.PROJ, -1),
  FC1(LinearSite.FC1, -1),
  FC2(LinearSite.FC2, -1);

  /** A change of one of these maps. */
  public interface Changing {
    /** The projection that is changed. */
    Projection at();

    /** The changes that belong to a layer. */
    static <C extends Changing> List<C> of(LinearSite site, List<C> all) {
      return all.stream().filter(c -> c.at().site() == site).toList();
    }
  }

  private final LinearSite site;
  private final int third;

  Projection(LinearSite site, int third) {
    this.site = site;
    this.third = third;
  }

  /** Whether it is a part of a layer. */
  public boolean isThird() {
    return third >= 0;
  }

  /** The layer it is, or is a third of. */
  public LinearSite site() {
    return site;
  }

  /** Its name in settings and tensor names. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** D_in of this map. */
  public long inputs(Linear layer) {
    return layer.weight().size(1);
  }

  /** D_out of this map. */
  public long outputs(Linear layer) {
    long rows = layer.weight().size(0);
    return isThird() ? rows / 3 : rows;
  }

  /**
   * This map's slice, along a dimension, of a tensor that has a row (or an element) for each
   * output.
   */
  public Tensor slice(Tensor whole, long dimension) {
    if (!isThird()) {
      return whole;
    }
    long rows = whole.size(dimension) / 3;
    return whole.narrow(dimension, third * rows, rows);
  }

  /**
   * A fused tensor with some of its parts changed, each by itself.
   *
   * @param dimension along which q, k and v are concatenated, if {@code whole} contains them
   * @param change computes the changed part from the change and the part
   */
  public static <C extends Changing> Tensor joined(
      Tensor whole,
      long dimension,
      List<? extends C> changes,
      BiFunction<C, Tensor, Tensor> change) {
    Map<Projection, C> by = new EnumMap<>(Projection.class);
    changes.forEach(c -> by.put(c.at(), c));
    Map.Entry<Projection, C> first = by.entrySet().iterator().next();
    if (!first.getKey().isThird()) {
      return change.apply(first.getValue(), whole);
    }
    Tensor[] thirds = new Tensor[3];
    TensorVector parts = whole.chunk(3, dimension); // one backward step for all three
    for (Projection p : List.of(Q, K, V)) {
      Tensor part = parts.get(p.third);
      C own = by.get(p);
      thirds[p.third] = own == null ? part : change.apply(own, part);
    }
    return Tensors.cat(dimension, thirds);
  }

  /**
   * Checks that there is at least one, none twice, and not both a layer and a third of it; returns
   * them in the order of this enum.
   *
   * @throws ConfigException naming the key
   */
  public static List<Projection> targets(String key, List<Projection> given) {
    List<Projection> sorted = given.stream().filter(Objects::nonNull).distinct().sorted().toList();
    if (sorted.isEmpty() || sorted.size() < given.size()) {
      throw new ConfigException(
          key
              + " must name some of "
              + Arrays.stream(values()).map(Projection::key).collect(Collectors.joining(", "))
              + ", each once, found "
              + written(given));
    }
    if (sorted.contains(QKV) && sorted.stream().anyMatch(Projection::isThird)) {
      throw new ConfigException(
          key
              + " must name qkv or q, k, v, which are its thirds, not both, found "
              + written(given));
    }
    return sorted;
  }

  public static String written(List<Projection> given) {
    return given.stream()
        .map(p -> p == null ? "nothing" : p.key())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
