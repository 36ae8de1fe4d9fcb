package dev.adapterx.tasks.detect;

import dev.adapterx.dense.detect.BoxForm;

/**
 * The head of a detection, {@code head: {kind: boxes, …}}.
 *
 * @param width channels of the pyramid and the towers, a multiple of 32; 0: a third of the
 *     backbone's width, rounded to one
 * @param convs convolutions of each of the two towers
 * @param levels of the pyramid, 3 or 4; the fourth is for objects that fill inputs of 768 pixels
 *     and more
 */
public record BoxHeadKeys(int width, int convs, int levels) {
  /** What {@code kind} says. */
  static final String KIND = "boxes";

  public BoxHeadKeys {
    new BoxForm(width, convs, levels); // says what is wrong
  }

  /** As {@link BoxForm#defaults()}. */
  public static BoxHeadKeys defaults() {
    BoxForm form = BoxForm.defaults();
    return new BoxHeadKeys(form.width(), form.convs(), form.levels());
  }

  /** The head's form. */
  public BoxForm form() {
    return new BoxForm(width, convs, levels);
  }
}
