package dev.adapterx.export;

import dev.adapterx.export.method.Numbers;
import dev.adapterx.model.int8.LayerRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is exported.
 *
 * @param merged the adapter inside the weights, as one model without adapters; of methods that can
 *     be merged
 * @param groupsOutside of clouds: the graph's input are their groups, which the program that runs
 *     it cuts; else the graph cuts clouds itself
 * @param numbers what weights are stored and multiplied in
 * @param ranges what the linear layers of the blocks are given, for int8: those with outliers stay
 *     in fp32
 */
public record OnnxOptions(
    boolean merged, boolean groupsOutside, Numbers numbers, List<LayerRange> ranges) {
  /** The adapter beside the graph, in fp32. */
  public static final OnnxOptions BESIDE = new OnnxOptions(false, false, Numbers.FP32, List.of());

  /** The adapter inside the weights, in fp32. */
  public static final OnnxOptions MERGED = new OnnxOptions(true, false, Numbers.FP32, List.of());

  public OnnxOptions {
    ranges = List.copyOf(ranges);
    if (numbers == Numbers.INT8 && ranges.isEmpty()) {
      throw new IllegalArgumentException("int8 needs the ranges of AdaptedModel.ranges");
    }
  }

  /** This in other numbers. */
  public OnnxOptions with(Numbers other, List<LayerRange> found) {
    return new OnnxOptions(merged, groupsOutside, other, found);
  }

  /** This with clouds cut into groups outside of the graph. */
  public OnnxOptions withGroupsOutside() {
    return new OnnxOptions(merged, true, numbers, ranges);
  }

  /** Layers that stay in fp32. */
  Set<String> kept() {
    return numbers == Numbers.INT8
        ? ranges.stream()
            .filter(LayerRange::hasOutliers)
            .map(LayerRange::layer)
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  /** The start of the graph's file name: {@code backbone.int8}. */
  String stem() {
    String start = merged ? "model" : "backbone";
    return numbers == Numbers.FP32 ? start : start + "." + numbers;
  }
}
