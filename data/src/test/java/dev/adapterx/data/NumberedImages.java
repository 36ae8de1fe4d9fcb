package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Images of 2 x 2 pixels that all hold their own number; some broken, some slow. */
public final class NumberedImages implements Dataset<RgbImage> {
  final AtomicInteger decodings = new AtomicInteger();
  final Set<Integer> decoded = ConcurrentHashMap.newKeySet();
  private final int size;
  private final Set<Integer> broken;

  public NumberedImages(int size, Integer... broken) {
    this.size = size;
    this.broken = Set.of(broken);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int i) {
    return i % 3;
  }

  @Override
  public String name(int i) {
    return "image-" + i;
  }

  @Override
  public RgbImage sample(int i) {
    decodings.incrementAndGet();
    decoded.add(i);
    try {
      Thread.sleep((i * 7L) % 3); // lets the threads overtake each other
    } catch (InterruptedException e) {
      throw new DataException("interrupted", e);
    }
    if (broken.contains(i)) {
      throw new DataException("no end of image in image-" + i);
    }
    byte[] pixels = new byte[12];
    java.util.Arrays.fill(pixels, (byte) i);
    return new RgbImage(2, 2, pixels);
  }

  @Override
  public List<String> classes() {
    return List.of("a", "b", "c");
  }
}
