package dev.adapterx.data.image.vp8;

import java.util.Arrays;

/**
 * A key frame of VP8, which is what a lossy WebP is: bit for bit the planes and, with interpolated
 * chroma, the colours that libwebp gives.
 *
 * <p>RFC 6386, VP8 Data Format and Decoding Guide.
 */
public final class KeyFrame {
  private static final int WITH_FIRST = 3;
  private static final int WITHOUT_FIRST = 0;
  private static final int FIRST = 1;
  private static final int CHROMA = 2;

  private final Header header;
  private final int columns;
  private final int rows;

  /** Coefficients of one macroblock: 16 blocks of luma, 4 of each chroma. */
  private final int[] coefficients = new int[24 * 16];

  private final int[] own = new int[16];
  private final int[] around = new int[13];

  /** Whether the blocks above and on the left have coefficients: luma 4, chroma 2 + 2, first. */
  private final boolean[][] above;

  private final boolean[] left = new boolean[9];
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final int[] modes = new int[16];

  /**
   * Reads the header.
   *
   * @param content of a file
   * @param from where the frame begins in it
   * @throws dev.adapterx.base.DataException when it is damaged
   */
  public KeyFrame(byte[] content, int from, int length) {
    header = new Header(content, from, length);
    columns = (header.width + 15) / 16;
    rows = (header.height + 15) / 16;
    above = new boolean[columns][9];
    modesAbove = new int[4 * columns];
  }

  public int width() {
    return header.width;
  }

  public int height() {
    return header.height;
  }

  /**
   * Decodes the frame: red, green, blue of each pixel, row by row.
   *
   * @throws dev.adapterx.base.DataException when it is truncated
   */
  public byte[] rgb() {
    Plane luma = new Plane(16 * columns, 16 * rows);
    Plane blue = new Plane(8 * columns, 8 * rows);
    Plane red = new Plane(8 * columns, 8 * rows);
    LoopFilter filter = new LoopFilter(header, columns, rows);
    for (int y = 0; y < rows; y++) {
      Arrays.fill(left, false);
      Arrays.fill(modesLeft, Prediction.DC);
      BoolDecoder tokens = header.tokens[y % header.tokens.length];
      for (int x = 0; x < columns; x++) {
        macroblock(x, y, tokens, luma, blue, red, filter);
      }
    }
    filter.apply(luma, blue, red);
    return Colours.rgb(luma, blue, red, header.width, header.height);
  }

  private void macroblock(
      int x, int y, BoolDecoder tokens, Plane luma, Plane blue, Plane red, LoopFilter filter) {
    BoolDecoder bits = header.modes;
    int segment = 0;
    if (header.segmentMap) {
      int[] tree = header.segmentTree;
      segment = bits.bit(tree[0]) ? 2 + number(bits.bit(tree[2])) : number(bits.bit(tree[1]));
    }
    boolean skipped = header.skips && bits.bit(header.skipProbability);
    boolean small = !bits.bit(145);
    int mode = small ? smallModes(x, bits) : wholeMode(x, bits);
    int chromaMode = chromaMode(bits);
    Arrays.fill(coefficients, 0);
    boolean coded = false;
    if (skipped) {
      boolean first = left[8];
      boolean firstAbove = above[x][8];
      Arrays.fill(left, false);
      Arrays.fill(above[x], false);
      left[8] = small && first;
      above[x][8] = small && firstAbove;
    } else {
      coded = residuals(tokens, above[x], header.steps[segment], small);
    }
    int at = luma.at(16 * x, 16 * y);
    if (small) {
      smallBlocks(luma, at, x, y);
    } else {
      Prediction.whole(luma, at, 16, mode, y > 0, x > 0);
      for (int b = 0; b < 16; b++) {
        Transforms.add(coefficients, 16 * b, luma, at + 4 * (b / 4) * luma.stride + 4 * (b % 4));
      }
    }
    int chroma = blue.at(8 * x, 8 * y);
    Plane[] planes = {blue, red};
    for (int p = 0; p < 2; p++) {
      Prediction.whole(planes[p], chroma, 8, chromaMode, y > 0, x > 0);
      for (int b = 0; b < 4; b++) {
        int block = chroma + 4 * (b / 2) * blue.stride + 4 * (b % 2);
        Transforms.add(coefficients, 16 * (16 + 4 * p + b), planes[p], block);
      }
    }
    filter.set(x, y, segment, small, coded);
  }

  private static int number(boolean bit) {
    return bit ? 1 : 0;
  }

  private int wholeMode(int x, BoolDecoder bits) {
    int mode;
    if (bits.bit(156)) {
      mode = bits.bit(128) ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
    } else {
      mode = bits.bit(163) ? Prediction.VERTICAL : Prediction.DC;
    }
    Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
    Arrays.fill(modesLeft, mode);
    return mode;
  }

  private static int chromaMode(BoolDecoder bits) {
    if (!bits.bit(142)) {
      return Prediction.DC;
    }
    if (!bits.bit(114)) {
      return Prediction.VERTICAL;
    }
    return bits.bit(183) ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
  }

  private int smallModes(int x, BoolDecoder bits) {
    for (int b = 0; b < 16; b++) {
      int column = 4 * x + b % 4;
      int from = 9 * (10 * modesAbove[column] + modesLeft[b / 4]);
      int node = 0;
      do {
        boolean bit = bits.bit(Tables.SUB_MODES[from + node / 2]);
        node = Tables.SUB_MODE_TREE[node + number(bit)];
      } while (node > 0);
      modes[b] = -node;
      modesAbove[column] = -node;
      modesLeft[b / 4] = -node;
    }
    return Prediction.DC;
  }

  private void smallBlocks(Plane luma, int at, int x, int y) {
    int row = at - luma.stride;
    byte[] beyond = Arrays.copyOfRange(luma.samples, row + 16, row + 20);
    if (y > 0 && x == columns - 1) {
      Arrays.fill(beyond, luma.samples[row + 15]);
    }
    for (int b = 0; b < 16; b++) {
      int block = at + 4 * (b / 4) * luma.stride + 4 * (b % 4);
      for (int i = 0; i < 4; i++) {
        around[i] = luma.get(block + (3 - i) * luma.stride - 1);
      }
      for (int i = 0; i < 9; i++) {
        around[4 + i] = luma.get(block - luma.stride - 1 + i);
      }
      if (b % 4
          == 3) { // the macroblock on the right is not decoded yet: all rows use the row above
        for (int i = 0; i < 4; i++) {
          around[9 + i] = beyond[i] & 0xFF;
        }
      }
      Prediction.small(luma, block, modes[b], around);
      Transforms.add(coefficients, 16 * b, luma, block);
    }
  }

  /** Whether any block has coefficients. */
  private boolean residuals(BoolDecoder bits, boolean[] top, int[] steps, boolean small) {
    boolean coded = false;
    int first = 0;
    if (!small) {
      Arrays.fill(own, 0);
      int count = block(bits, FIRST, number(top[8]) + number(left[8]), 0, steps, 2, own, 0);
      top[8] = count > 0;
      left[8] = count > 0;
      Transforms.firstCoefficients(own, coefficients);
      first = 1;
    }
    for (int b = 0; b < 16; b++) {
      int type = small ? WITH_FIRST : WITHOUT_FIRST;
      int context = number(top[b % 4]) + number(left[b / 4]);
      int count = block(bits, type, context, first, steps, 0, coefficients, 16 * b);
      top[b % 4] = count > first;
      left[b / 4] = count > first;
      coded |= count > 1 || coefficients[16 * b] != 0;
    }
    for (int b = 0; b < 8; b++) {
      int column = 4 + 2 * (b / 4) + b % 2;
      int row = 4 + 2 * (b / 4) + b % 4 / 2;
      int context = number(top[column]) + number(left[row]);
      int at = 16 * (16 + b);
      int count = block(bits, CHROMA, context, 0, steps, 4, coefficients, at);
      top[column] = count > 0;
      left[row] = count > 0;
      coded |= count > 1 || coefficients[at] != 0;
    }
    return coded;
  }

  /** Reads a block's coefficients; returns the index after the last one. */
  private int block(
      BoolDecoder bits,
      int type,
      int context,
      int first,
      int[] steps,
      int step,
      int[] out,
      int to) {
    int[] table = header.coefficients;
    int n = first;
    int p = node(type, n, context);
    if (!bits.bit(table[p])) {
      return n;
    }
    while (true) {
      while (!bits.bit(table[p + 1])) {
        if (++n == 16) {
          return 16;
        }
        p = node(type, n, 0);
      }
      boolean one = !bits.bit(table[p + 2]);
      int value = one ? 1 : large(bits, table, p);
      value = bits.flag() ? -value : value;
      out[to + Tables.ZIGZAG[n]] = value * steps[step + (n > 0 ? 1 : 0)];
      if (++n == 16) {
        return 16;
      }
      p = node(type, n, one ? 1 : 2);
      if (!bits.bit(table[p])) {
        return n;
      }
    }
  }

  private static int node(int type, int n, int context) {
    return 11 * (3 * (8 * type + Tables.BANDS[n]) + context);
  }

  private static int large(BoolDecoder bits, int[] table, int p) {
    if (!bits.bit(table[p + 3])) {
      return bits.bit(table[p + 4]) ? 3 + number(bits.bit(table[p + 5])) : 2;
    }
    if (!bits.bit(table[p + 6])) {
      if (!bits.bit(table[p + 7])) {
        return 5 + number(bits.bit(159));
      }
      return 7 + 2 * number(bits.bit(165)) + number(bits.bit(145));
    }
    int high = number(bits.bit(table[p + 8]));
    int category = 2 * high + number(bits.bit(table[p + 9 + high]));
    int value = 0;
    for (int probability : Tables.LARGE[category]) {
      value = 2 * value + number(bits.bit(probability));
    }
    return value + 3 + (8 << category);
  }
}
