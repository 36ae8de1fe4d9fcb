package dev.adapterx.scenes.images;

import java.util.Arrays;
import java.util.List;

/**
 * The coverage of each pixel, 0 … 1; shapes are given in the unit square and united. Only exact
 * arithmetic is used, so that the pixels are the same on every machine.
 */
final class Coverage {
  final int size;
  final float[] cover;
  // Signed area per cell; two more columns because an edge also writes to its right neighbour.
  private final float[] area;

  Coverage(int size) {
    this.size = size;
    this.cover = new float[size * size];
    this.area = new float[size * (size + 2)];
  }

  /**
   * Fills outlines by the area each pixel shares with them; outlines of opposite direction are
   * holes.
   */
  void fill(List<Outline> outlines) {
    Arrays.fill(area, 0);
    for (Outline outline : outlines) {
      int last = outline.x.length - 1;
      for (int i = 0; i <= last; i++) {
        int j = i == last ? 0 : i + 1;
        edge(outline.x[i] * size, outline.y[i] * size, outline.x[j] * size, outline.y[j] * size);
      }
    }
    for (int row = 0; row < size; row++) {
      float sum = 0;
      for (int column = 0; column < size; column++) {
        sum += area[row * (size + 2) + column];
        int pixel = row * size + column;
        cover[pixel] = Math.max(cover[pixel], Math.min(1, Math.abs(sum)));
      }
    }
  }

  void fill(Outline outline) {
    fill(List.of(outline));
  }

  /** Draws a closed line of the given width. */
  void stroke(Outline outline, double width) {
    int last = outline.x.length - 1;
    for (int i = 0; i <= last; i++) {
      int j = i == last ? 0 : i + 1;
      line(outline.x[i], outline.y[i], outline.x[j], outline.y[j], width);
    }
  }

  /** Draws an open line of the given width. */
  void trace(Outline path, double width) {
    for (int i = 0; i + 1 < path.x.length; i++) {
      line(path.x[i], path.y[i], path.x[i + 1], path.y[i + 1], width);
    }
  }

  /** Draws a segment with round ends: coverage falls to 0 over one pixel at its rim. */
  void line(double x0, double y0, double x1, double y1, double width) {
    double dx = (x1 - x0) * size;
    double dy = (y1 - y0) * size;
    double px = x0 * size - 0.5;
    double py = y0 * size - 0.5;
    double length = dx * dx + dy * dy;
    double radius = Math.max(width * size, 1) / 2;
    float strength = (float) Math.min(1, width * size);
    double rim = radius + 0.5;
    int top = Math.max(0, (int) Math.ceil(Math.min(py, py + dy) - rim));
    int bottom = Math.min(size - 1, (int) Math.floor(Math.max(py, py + dy) + rim));
    for (int row = top; row <= bottom; row++) {
      // The part of the segment that can reach this row bounds the columns to visit.
      double from = dy == 0 ? 0 : Field.clamp((row - rim * Math.signum(dy) - py) / dy);
      double to = dy == 0 ? 1 : Field.clamp((row + rim * Math.signum(dy) - py) / dy);
      double low = px + dx * (dx < 0 ? to : from) - rim;
      double high = px + dx * (dx < 0 ? from : to) + rim;
      int right = Math.min(size - 1, (int) Math.floor(high));
      for (int column = Math.max(0, (int) Math.ceil(low)); column <= right; column++) {
        double ux = column - px;
        double uy = row - py;
        double along = length == 0 ? 0 : Field.clamp((ux * dx + uy * dy) / length);
        double ex = ux - along * dx;
        double ey = uy - along * dy;
        double squared = ex * ex + ey * ey;
        if (squared < rim * rim) {
          float covered = strength * (float) Math.min(1, rim - Math.sqrt(squared));
          int pixel = row * size + column;
          cover[pixel] = Math.max(cover[pixel], covered);
        }
      }
    }
  }

  /** The covered share of the image, 0 … 1. */
  double share() {
    double sum = 0;
    for (float covered : cover) {
      sum += covered;
    }
    return sum / cover.length;
  }

  /** The share of the image covered by both. */
  double share(Coverage other) {
    double sum = 0;
    for (int i = 0; i < cover.length; i++) {
      sum += cover[i] * other.cover[i];
    }
    return sum / cover.length;
  }

  /**
   * Adds one edge's area: in each row, the cell it crosses gets the part to the right of the edge
   * and its neighbour the rest, so that a running sum over the row is the coverage.
   */
  private void edge(double x0, double y0, double x1, double y1) {
    if (y0 == y1) {
      return;
    }
    double direction = y0 < y1 ? 1 : -1;
    double top = Math.max(0, Math.min(y0, y1));
    double bottom = Math.min(size, Math.max(y0, y1));
    double slope = (x1 - x0) / (y1 - y0);
    for (int row = (int) top; row < bottom; row++) {
      double from = Math.max(row, top);
      double to = Math.min(row + 1, bottom);
      double a = inside(x0 + (from - y0) * slope);
      double b = inside(x0 + (to - y0) * slope);
      slice(row * (size + 2), Math.min(a, b), Math.max(a, b), direction * (to - from));
    }
  }

  private void slice(int start, double left, double right, double height) {
    int last = (int) right;
    for (int column = (int) left; column <= last; column++) {
      double low = Math.max(left, column);
      double high = Math.min(right, column + 1);
      double part = right > left ? height * (high - low) / (right - left) : height;
      double after = part * ((low + high) / 2 - column);
      area[start + column] += (float) (part - after);
      area[start + column + 1] += (float) after;
    }
  }

  private double inside(double x) {
    return Math.max(0, Math.min(size, x));
  }
}
