package dev.adapterx.scenes.images;

import java.util.List;

/** The simple shapes of {@link Arrangement}, each within the unit circle. */
enum Primitive {
  DISC(Outline.arc(0, 0, 0.95, 0.95, 0, 1, 33)),
  SQUARE(Outline.of(-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75)),
  BAR(Outline.of(-1, -0.25, 1, -0.25, 1, 0.25, -1, 0.25)),
  HALF_DISC(Outline.arc(0, 0.4, 1, 1, 0.5, 1, 21)),
  ELL(Outline.of(-0.7, -0.9, -0.15, -0.9, -0.15, 0.35, 0.7, 0.35, 0.7, 0.9, -0.7, 0.9)),
  CHEVRON(Outline.of(-0.9, -0.1, 0, -0.85, 0.9, -0.1, 0.9, 0.6, 0, -0.15, -0.9, 0.6)),
  TEE(
      Outline.of(
          -0.8, -0.8, 0.8, -0.8, 0.8, -0.3, 0.25, -0.3, 0.25, 0.9, -0.25, 0.9, -0.25, -0.3, -0.8,
          -0.3)),
  WEDGE(Outline.arc(0, 0, 1, 1, 0.1, 0.9, 29).then(Outline.of(0, 0)));

  @SuppressWarnings("ImmutableEnumChecker") // its arrays are never written
  private final Outline outline;

  Primitive(Outline outline) {
    this.outline = outline;
  }

  List<Outline> at(AffineMap pose) {
    return List.of(outline.mapped(pose));
  }
}
