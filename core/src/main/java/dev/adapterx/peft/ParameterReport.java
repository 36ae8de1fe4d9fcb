package dev.adapterx.peft;

import java.util.Locale;

/**
 * Numbers of parameters, each shared tensor counted once.
 *
 * @param peft the method's own parameters, without the head
 * @param head the task head's
 * @param stored values in the adapter file: trainable ones and buffers such as batch-norm
 *     statistics
 * @param storedBytes of the adapter file's tensors: four for each value, unless the method packs
 *     them
 * @param backbone of the frozen backbone without any head: the base of percentages, as in the
 *     papers
 */
public record ParameterReport(long peft, long head, long stored, long storedBytes, long backbone) {
  /** For a method that packs nothing. */
  public ParameterReport(long peft, long head, long stored, long backbone) {
    this(peft, head, stored, Float.BYTES * stored, backbone);
  }

  /** Everything that is trained. */
  public long trainable() {
    return peft + head;
  }

  /** The method alone, in percent of the backbone. */
  public double peftPercent() {
    return 100.0 * peft / backbone;
  }

  /** Method and head, in percent of the backbone. */
  public double trainablePercent() {
    return 100.0 * trainable() / backbone;
  }

  /** Method and head, in percent of all parameters of the adapted model. */
  public double percentOfAll() {
    return 100.0 * trainable() / (backbone + trainable());
  }

  /** One line for a log. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "peft %,d (%.3f %%) + head %,d = trainable %,d (%.3f %%); stored %,d in %,d bytes; backbone without head %,d",
        peft,
        peftPercent(),
        head,
        trainable(),
        trainablePercent(),
        stored,
        storedBytes,
        backbone);
  }
}
