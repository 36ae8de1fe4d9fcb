package dev.adapterx.data.image.vp8;

import dev.adapterx.base.DataException;

/** Parameters of the whole frame: RFC 6386, section 9. */
final class Header {
  private static final int SEGMENTS = 4;
  private static final int START = 10;

  final int width;
  final int height;
  final BoolDecoder modes;
  final BoolDecoder[] tokens;
  final boolean segmented;
  final boolean segmentMap;
  final int[] segmentTree = {255, 255, 255};
  final boolean simpleFilter;
  final int filterLevel;
  final int sharpness;
  final int[] filterOfSegment = new int[SEGMENTS];
  final boolean filterDeltas;
  final int keyFrameDelta;
  final int smallBlocksDelta;

  /** By segment: DC and AC steps of luma, of luma's second-order DC block, of chroma. */
  final int[][] steps = new int[SEGMENTS][];

  final int[] coefficients = Tables.COEFFICIENTS.clone();
  final boolean skips;
  final int skipProbability;

  Header(byte[] content, int from, int length) {
    int end = from + length;
    int tag = length < START ? 1 : u24(content, from);
    if ((tag & 1) != 0 || u24(content, from + 3) != 0x2A019D) {
      throw new DataException("it is damaged: its image does not begin with a key frame");
    }
    width = (u8(content, from + 6) | (u8(content, from + 7) << 8)) & 0x3FFF;
    height = (u8(content, from + 8) | (u8(content, from + 9) << 8)) & 0x3FFF;
    int second = from + START + (tag >> 5);
    if (second > end) {
      throw new DataException("it is truncated: its first partition ends too early");
    }
    modes = new BoolDecoder(content, from + START, second);
    modes.number(2); // colour space and clamping: unused
    segmented = modes.flag();
    boolean map = false;
    boolean absolute = true;
    int[] stepOfSegment = new int[SEGMENTS];
    if (segmented) {
      map = modes.flag();
      if (modes.flag()) {
        absolute = modes.flag();
        optional(stepOfSegment, 7);
        optional(filterOfSegment, 6);
      }
      for (int i = 0; map && i < segmentTree.length; i++) {
        segmentTree[i] = modes.flag() ? modes.number(8) : 255;
      }
    }
    segmentMap = map;
    simpleFilter = modes.flag();
    filterLevel = modes.number(6);
    sharpness = modes.number(3);
    filterDeltas = modes.flag();
    int[] references = new int[SEGMENTS];
    int[] kinds = new int[SEGMENTS];
    if (filterDeltas && modes.flag()) {
      optional(references, 6);
      optional(kinds, 6);
    }
    keyFrameDelta = references[0];
    smallBlocksDelta = kinds[0];
    tokens = partitions(content, second, end, 1 << modes.number(2));
    quantisation(stepOfSegment, absolute);
    for (int s = 0; s < SEGMENTS; s++) {
      filterOfSegment[s] =
          segmented && absolute ? filterOfSegment[s] : filterLevel + filterOfSegment[s];
    }
    modes.flag(); // whether later frames start with these probabilities: there are none
    for (int i = 0; i < coefficients.length; i++) {
      if (modes.bit(Tables.UPDATES[i])) {
        coefficients[i] = modes.number(8);
      }
    }
    skips = modes.flag();
    skipProbability = skips ? modes.number(8) : 0;
  }

  private void optional(int[] values, int length) {
    for (int i = 0; i < values.length; i++) {
      values[i] = modes.optional(length);
    }
  }

  private static BoolDecoder[] partitions(byte[] content, int from, int end, int count) {
    int at = from + 3 * (count - 1);
    if (at > end) {
      throw new DataException("it is truncated: its partitions' sizes are missing");
    }
    BoolDecoder[] partitions = new BoolDecoder[count];
    for (int i = 0; i < count; i++) {
      int size = i < count - 1 ? u24(content, from + 3 * i) : end - at;
      if (size > end - at) {
        throw new DataException("it is truncated: a partition ends too early");
      }
      partitions[i] = new BoolDecoder(content, at, at + size);
      at += size;
    }
    return partitions;
  }

  private void quantisation(int[] stepOfSegment, boolean absolute) {
    int base = modes.number(7);
    int[] deltas = new int[5];
    optional(deltas, 4);
    for (int s = 0; s < SEGMENTS; s++) {
      int q = segmented ? stepOfSegment[s] + (absolute ? 0 : base) : base;
      steps[s] =
          new int[] {
            Tables.DC_STEPS[index(q + deltas[0], 127)],
            Tables.AC_STEPS[index(q, 127)],
            2 * Tables.DC_STEPS[index(q + deltas[1], 127)],
            Math.max(8, Tables.AC_STEPS[index(q + deltas[2], 127)] * 155 / 100),
            Tables.DC_STEPS[index(q + deltas[3], 117)],
            Tables.AC_STEPS[index(q + deltas[4], 127)]
          };
    }
  }

  private static int index(int value, int most) {
    return Math.max(0, Math.min(most, value));
  }

  private static int u8(byte[] content, int at) {
    return content[at] & 0xFF;
  }

  private static int u24(byte[] content, int at) {
    return u8(content, at) | (u8(content, at + 1) << 8) | (u8(content, at + 2) << 16);
  }
}
