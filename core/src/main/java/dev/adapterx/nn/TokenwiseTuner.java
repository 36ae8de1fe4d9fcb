package dev.adapterx.nn;

/** A tuner that acts on a block's layers token by token; see {@link BlockTuner#isTokenwise}. */
public interface TokenwiseTuner extends BlockTuner {
  @Override
  default boolean isTokenwise(Pass pass) {
    return true;
  }
}
