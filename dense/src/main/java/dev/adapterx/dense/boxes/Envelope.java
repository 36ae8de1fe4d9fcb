package dev.adapterx.dense.boxes;

/** The smallest box around points. */
final class Envelope {
  private double left = Double.POSITIVE_INFINITY;
  private double top = Double.POSITIVE_INFINITY;
  private double right = Double.NEGATIVE_INFINITY;
  private double bottom = Double.NEGATIVE_INFINITY;
  private boolean wrong;

  void add(double x, double y) {
    wrong |= !Double.isFinite(x) || !Double.isFinite(y);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }

  /** Around what was added; an edge that is no number makes the box one without numbers. */
  Marked mark(boolean relative, String name, String where) {
    double edge = wrong ? Double.NaN : left;
    return new Marked(
        edge, top, right, bottom, relative, name, false, false, Marked.UNKNOWN_AREA, where);
  }
}
