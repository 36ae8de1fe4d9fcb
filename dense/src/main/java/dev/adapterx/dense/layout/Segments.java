package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.format.IndexImage;
import dev.adapterx.data.targets.ClassMask;
import java.util.Map;

/**
 * The segments of a panoptic mask: each pixel's colour is the number of a segment, {@code red + 256
 * green + 65536 blue}, and 0 is none.
 *
 * @param classes of each segment's number
 */
record Segments(Map<Integer, Integer> classes) {
  private static final int BYTE = 0xFF;

  Segments {
    classes = Map.copyOf(classes);
  }

  /**
   * Decodes a mask.
   *
   * @throws DataException naming the first pixel of a segment that is not listed
   */
  ClassMask decode(IndexImage image, String where) {
    int[] found = image.values();
    short[] classesOf = new short[found.length];
    int last = -1;
    short lastClass = ClassMask.IGNORED;
    for (int i = 0; i < found.length; i++) {
      if (found[i] != last) {
        last = found[i];
        int colour = image.colour(last);
        int number = (colour >> 16) | (colour & (BYTE << 8)) | ((colour & BYTE) << 16);
        Integer index = number == 0 ? Integer.valueOf(ClassMask.IGNORED) : classes.get(number);
        if (index == null) {
          throw new DataException(
              "%s: pixel (%d, %d) is of segment %d (red %d, green %d, blue %d), which is none of the %d that its annotation lists"
                  .formatted(
                      where,
                      i % image.width(),
                      i / image.width(),
                      number,
                      colour >> 16,
                      (colour >> 8) & BYTE,
                      colour & BYTE,
                      classes.size()));
        }
        lastClass = index.shortValue();
      }
      classesOf[i] = lastClass;
    }
    return new ClassMask(image.width(), image.height(), classesOf);
  }
}
