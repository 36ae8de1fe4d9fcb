package dev.adapterx.data;

/**
 * The views of one sample that is larger than an input: windows or tiles of a picture. Each has the
 * size of an input, and its values are made when they are computed with, since all of them together
 * are many times the sample.
 */
public interface Views {
  /** How many views there are, at least one. */
  int count();

  /** Values of one view. */
  int values();

  /** Heap that is held until the views are made. */
  long bytes();

  /** Writes the values of {@code count} views from {@code first} on, one after the other. */
  void write(int first, int count, float[] into, int offset);

  /**
   * The values of some views.
   *
   * @throws ArithmeticException when they are more than an array holds
   */
  default float[] written(int first, int count) {
    float[] values = new float[Math.multiplyExact(count, values())];
    write(first, count, values, 0);
    return values;
  }

  /**
   * Views whose values are there.
   *
   * @param all one view after the other; not copied
   * @param each values of a view
   */
  static Views of(float[] all, int each) {
    return new Views() {
      @Override
      public int count() {
        return all.length / each;
      }

      @Override
      public int values() {
        return each;
      }

      @Override
      public long bytes() {
        return (long) Float.BYTES * all.length;
      }

      @Override
      public void write(int first, int count, float[] into, int offset) {
        System.arraycopy(all, first * each, into, offset, count * each);
      }
    };
  }
}
