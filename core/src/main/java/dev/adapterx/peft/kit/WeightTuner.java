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
 * Around a block in ways that are linear in its tokens, so that the block's own weights can take
 * them over.
 */
public interface WeightTuner extends TokenwiseTuner {
  /** A frozen layer and what this does around it, as one layer in fp32; itself if nothing. */
  default Linear merged(LinearSite at, Linear frozen) {
    return frozen;
  }

  /** A frozen norm and what this does around it, as one norm in fp32; itself if nothing. */
  default LayerNorm merged(NormSite at, LayerNorm frozen) {
    return frozen;
  }

  /**
   * All of a backbone's tensors, its blocks' with the tuners' effect inside. What had to be
   * computed belongs to the scope this is called in.
   */
  static NamedTensors merged(Backbone backbone, IntFunction<? extends WeightTuner> tuners) {
    Map<String, Tensor> changed = new LinkedHashMap<>();
    for (int i = 0; i < backbone.blocks().size(); i++) {
      Block block = backbone.blocks().get(i);
      WeightTuner tuner = tuners.apply(i);
      // Not by the block's name: only the tensors know under which name they are kept.
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

  @SuppressWarnings("ReferenceEquality") // the very tensor: nothing was changed
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
