package dev.adapterx.peft.kit;

import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.tensor.NamedTensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tuner whose changes of a block are linear in its tokens, so that they can be merged into the
 * block's own weights.
 */
public interface WeightTuner extends TokenwiseTuner {
  /**
   * A frozen layer merged with this tuner's change of it, in fp32; the layer itself if unchanged.
   */
  default Linear merged(LinearSite at, Linear frozen) {
    return frozen;
  }

  /** A frozen norm merged with this tuner's change of it, in fp32; the norm itself if unchanged. */
  default LayerNorm merged(NormSite at, LayerNorm frozen) {
    return frozen;
  }

  /**
   * All of a backbone's tensors, those of its blocks with the tuners' changes merged in. Computed
   * tensors belong to the caller's scope.
   */
  static NamedTensors merged(Backbone backbone, IntFunction<? extends WeightTuner> tuners) {
    Map<String, Tensor> changed = new LinkedHashMap<>();
    for (int i = 0; i < backbone.blocks().size(); i++) {
      Block block = backbone.blocks().get(i);
      WeightTuner tuner = tuners.apply(i);
      // Not by the block's name: its tensors may be stored under another name.
      for (LinearSite at : LinearSite.values()) {
        Linear frozen = at.of(block);
        Linear merged = tuner.merged(at, frozen);
        put(backbone, i, at.path() + ".weight", frozen.weight(), merged.weight(), changed);
        put(backbone, i, at.path() + ".bias", frozen.bias(), merged.bias(), changed);
      }
      for (NormSite at : NormSite.values()) {
        LayerNorm frozen = at.of(block);
        LayerNorm merged = tuner.merged(at, frozen);
        put(backbone, i, at.path() + ".weight", frozen.weight(), merged.weight(), changed);
        put(backbone, i, at.path() + ".bias", frozen.bias(), merged.bias(), changed);
      }
    }
    return backbone.tensors().and(NamedTensors.of(changed));
  }

  @SuppressWarnings("ReferenceEquality") // the same tensor object: unchanged
  private static void put(
      Backbone backbone,
      int block,
      String path,
      @Nullable Tensor frozen,
      @Nullable Tensor merged,
      Map<String, Tensor> changed) {
    if (merged != null && merged != frozen) {
      changed.put(backbone.blocks().get(block).place() + "." + path, merged);
    }
  }
}
