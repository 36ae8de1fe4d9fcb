package dev.adapterx.dense.picture;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.score.Found;
import java.util.List;

/**
 * Boxes drawn on pictures: a frame in the colour of the class, with the score in percent where one
 * was found; what was missed has a broken frame.
 *
 * @param colours of the classes, 0xRRGGBB; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a table of colours; compared nowhere
public record BoxPainter(int[] colours) {
  private static final int PERCENT = 100;

  /** A frame is this share of the shorter side wide, and at least a pixel. */
  private static final int THIN = 200;

  private static final int DASH = 4;
  private static final int GLYPH_WIDTH = 3;
  private static final int GLYPH_HEIGHT = 5;

  /** Figures of 3 × 5 pixels, row by row from the highest bit: no font is needed. */
  private static final int[] FIGURES = {
    0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111, 0b101101111001001,
    0b111100111001111, 0b111100111101111, 0b111001010010010, 0b111101111101111, 0b111101111001111
  };

  /** True boxes; those that need not be found have broken frames. */
  public RgbImage truth(RgbImage picture, List<Box> boxes) {
    Canvas canvas = new Canvas(picture);
    boxes.forEach(box -> canvas.frame(box, colours[box.label()], !box.isWanted()));
    return canvas.picture();
  }

  /**
   * Found boxes, the surest on top.
   *
   * @param missed true boxes that were not found
   */
  public RgbImage found(RgbImage picture, List<Found<Box>> found, List<Box> missed) {
    Canvas canvas = new Canvas(picture);
    missed.forEach(box -> canvas.frame(box, colours[box.label()], true));
    for (int i = found.size() - 1; i >= 0; i--) {
      Found<Box> f = found.get(i);
      canvas.frame(f.place(), colours[f.label()], false);
      int percent = Math.min(PERCENT - 1, (int) Math.floor(PERCENT * f.score()));
      canvas.number(f.place(), percent, colours[f.label()]);
    }
    return canvas.picture();
  }

  private static final class Canvas {
    private final int width;
    private final int height;
    private final byte[] pixels;
    private final int line;

    Canvas(RgbImage picture) {
      this.width = picture.width();
      this.height = picture.height();
      this.pixels = picture.pixels().clone();
      this.line = Math.max(1, Math.min(width, height) / THIN);
    }

    RgbImage picture() {
      return new RgbImage(width, height, pixels);
    }

    private void set(int x, int y, int colour) {
      if (x >= 0 && x < width && y >= 0 && y < height) {
        int at = 3 * (y * width + x);
        pixels[at] = (byte) (colour >> 16);
        pixels[at + 1] = (byte) (colour >> 8);
        pixels[at + 2] = (byte) colour;
      }
    }

    /** Within the box, so that boxes at the border are seen. */
    void frame(Box box, int colour, boolean broken) {
      int left = (int) Math.floor(box.x1());
      int top = (int) Math.floor(box.y1());
      int right = Math.max(left, (int) Math.ceil(box.x2()) - 1);
      int bottom = Math.max(top, (int) Math.ceil(box.y2()) - 1);
      for (int i = 0; i < line; i++) {
        for (int x = left; x <= right; x++) {
          if (!broken || isDash(x - left)) {
            set(x, top + i, colour);
            set(x, bottom - i, colour);
          }
        }
        for (int y = top; y <= bottom; y++) {
          if (!broken || isDash(y - top)) {
            set(left + i, y, colour);
            set(right - i, y, colour);
          }
        }
      }
    }

    private boolean isDash(int along) {
      return along / (DASH * line) % 2 == 0;
    }

    /** Two figures on a plate of the colour, in the upper left corner of the box. */
    void number(Box box, int value, int colour) {
      int left = (int) Math.floor(box.x1()) + line;
      int top = (int) Math.floor(box.y1()) + line;
      int plateWidth = line * (2 * GLYPH_WIDTH + 3);
      int plateHeight = line * (GLYPH_HEIGHT + 2);
      for (int y = 0; y < plateHeight; y++) {
        for (int x = 0; x < plateWidth; x++) {
          set(left + x, top + y, colour);
        }
      }
      int ink = isBright(colour) ? 0 : 0xFFFFFF;
      figure(value / 10, left + line, top + line, ink);
      figure(value % 10, left + line * (GLYPH_WIDTH + 2), top + line, ink);
    }

    private static boolean isBright(int colour) {
      return 2 * (colour >> 16) + 5 * ((colour >> 8) & 0xFF) + (colour & 0xFF) > 8 * 128;
    }

    private void figure(int figure, int left, int top, int ink) {
      for (int y = 0; y < GLYPH_HEIGHT * line; y++) {
        for (int x = 0; x < GLYPH_WIDTH * line; x++) {
          int bit = GLYPH_WIDTH * GLYPH_HEIGHT - 1 - (y / line * GLYPH_WIDTH + x / line);
          if ((FIGURES[figure] >> bit & 1) == 1) {
            set(left + x, top + y, ink);
          }
        }
      }
    }
  }
}
