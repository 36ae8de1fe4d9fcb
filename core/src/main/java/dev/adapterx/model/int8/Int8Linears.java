package dev.adapterx.model.int8;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Scope;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The linear layers of a model's blocks as int8 products of oneDNN, but for those whose inputs have
 * outliers, which stay as they are. Inputs become eight bits by the range that calibration found,
 * so that a sample's output does not depend on its neighbours in the batch; weights by a scale for
 * each row. In training the forward pass is int8 too, and the gradient of a layer's input is that
 * of the layer as it is stored: {@code ∂x = ∂y W} in bf16.
 */
public final class Int8Linears implements AutoCloseable {
  private final Map<String, Int8Product> products;

  private Int8Linears(Map<String, Int8Product> products) {
    this.products = products;
  }

  /**
   * Packs the weights.
   *
   * @param ranges of all linear layers of these blocks
   */
  public static Int8Linears of(List<Block> blocks, List<LayerRange> ranges) {
    Map<String, LayerRange> known = new HashMap<>();
    ranges.forEach(r -> known.put(r.layer(), r));
    Map<String, Int8Product> products = new HashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      for (Block block : blocks) {
        for (LinearSite site : LinearSite.values()) {
          String name = block.name() + "." + site.path();
          LayerRange range = known.get(name);
          if (range != null && !range.hasOutliers()) {
            products.put(name, Int8Product.of(site.of(block), range, scope));
          }
        }
      }
    }
    return new Int8Linears(products);
  }

  /**
   * Packs the weights of all linear layers, to be shared by models over one backbone: see {@link
   * #of(List, Int8Linears)}. Computes nothing itself.
   */
  public static Int8Linears packed(List<Block> blocks) {
    List<LayerRange> any =
        blocks.stream()
            .flatMap(
                block ->
                    Arrays.stream(LinearSite.values())
                        .map(site -> new LayerRange(block.name() + "." + site.path(), 0, 1, 1)))
            .toList();
    return of(blocks, any);
  }

  /**
   * As {@link #of(List, List)}, over weights that are packed already.
   *
   * @param shared of the same blocks; may be closed before this
   */
  public static Int8Linears of(List<LayerRange> ranges, Int8Linears shared) {
    Map<String, Int8Product> products = new HashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      for (LayerRange range : ranges) {
        Int8Product packed = shared.products.get(range.layer());
        if (packed != null && !range.hasOutliers()) {
          products.put(range.layer(), packed.by(range, scope));
        }
      }
    }
    return new Int8Linears(products);
  }

  /** How many layers are computed in int8. */
  public int count() {
    return products.size();
  }

  /** A method around a backbone with these layers. */
  public BackboneTuner around(BackboneTuner tuner) {
    return new AroundLinears(tuner, this::changed);
  }

  private Linear changed(String name, Linear linear, Pass pass) {
    Int8Product product = products.get(name);
    if (product == null) {
      return linear;
    }
    return pass.isTraining()
        ? linear.by((x, l) -> pass.told(x, given -> product.of(given, l), d -> back(d, l.weight())))
        : linear.by(product);
  }

  /** {@code ∂x = ∂y W}, in the dtype of W. */
  private static Tensor back(Tensor gradient, Tensor weight) {
    return gradient.to(weight.scalar_type()).matmul(weight).to(gradient.scalar_type());
  }

  /**
   * Checks that the linear layers of some blocks are not trained themselves.
   *
   * @throws ConfigException naming one that is
   */
  public static void requireFrozen(List<Block> blocks, String method) {
    for (Block block : blocks) {
      for (LinearSite site : LinearSite.values()) {
        Linear layer = site.of(block);
        Tensor bias = layer.bias();
        if (layer.weight().requires_grad() || (bias != null && bias.requires_grad())) {
          throw new ConfigException(
              "int8 is for linear layers that stay as they are, and "
                  + method
                  + " trains "
                  + block.name()
                  + "."
                  + site.path()
                  + ". Train with backbone.precision=auto");
        }
      }
    }
  }

  /**
   * Checks that a device multiplies bytes fast.
   *
   * @throws ConfigException naming what it lacks and the precision to take
   */
  public static void requireFast(Device device) {
    if (!device.resolved().isHost()) {
      throw new ConfigException(
          "int8 is for CPUs, and this model is on "
              + device.resolved()
              + ". Take precision bf16, or the device cpu");
    }
    requireFast(Native.instructionSets());
  }

  static void requireFast(Set<String> instructions) {
    if (!instructions.contains("avx512_vnni") && !instructions.contains("avx_vnni")) {
      throw new ConfigException(
          "int8 needs a CPU with the instructions avx512_vnni or avx_vnni; this machine has"
              + (instructions.isEmpty()
                  ? " none that are known"
                  : " " + String.join(", ", instructions))
              + ". Take precision bf16 or fp32");
    }
  }

  @Override
  public void close() {
    products.values().forEach(Int8Product::close);
  }
}
