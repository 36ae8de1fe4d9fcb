package dev.adapterx.export;

/**
 * What is exported.
 *
 * @param merged the adapter inside the weights, as one model without adapters; of methods that can
 *     be merged
 * @param groupsOutside of clouds: the graph's input are their groups, which the program that runs it
 *     cuts; else the graph cuts clouds itself
 */
public record OnnxOptions(boolean merged, boolean groupsOutside) {
  /** The adapter beside the graph. */
  public static final OnnxOptions BESIDE = new OnnxOptions(false, false);

  /** The adapter inside the weights. */
  public static final OnnxOptions MERGED = new OnnxOptions(true, false);
}
