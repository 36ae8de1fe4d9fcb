package dev.adapterx.train.report;

/**
 * The experts that the patches of an image were routed to.
 *
 * @param rows h of the patch grid
 * @param columns w of the patch grid
 * @param expert (L, h·w): the expert that got most of the patch's sub-tokens in block l, row by
 *     row; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a matrix; compared nowhere
public record PatchMap(int rows, int columns, int[][] expert) {
  public PatchMap {
    if (expert.length == 0) {
      throw new IllegalArgumentException("Patches need at least one block, found none");
    }
    for (int block = 0; block < expert.length; block++) {
      if (expert[block].length != rows * columns) {
        throw new IllegalArgumentException(
            "Expected an expert for each of %d × %d patches; found %d in block %d"
                .formatted(rows, columns, expert[block].length, block));
      }
    }
  }

  /** Refuses invalid experts, and a number of blocks that differs from the other images'. */
  void require(int picture, int blocks, int experts) {
    CloudData.checkExperts("image", picture, expert, blocks, experts);
  }

  /** (L, h·w): a byte each. */
  byte[] packed() {
    return CloudData.experts(expert);
  }
}
