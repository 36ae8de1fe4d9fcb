package dev.adapterx.nn;

/** Goes around a block's layers token by token; see {@link BlockTuner#isTokenwise}. */
public interface TokenwiseTuner extends BlockTuner {
  @Override
  default boolean isTokenwise(Pass pass) {
    return true;
  }
}
