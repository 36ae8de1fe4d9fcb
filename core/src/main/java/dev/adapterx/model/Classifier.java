package dev.adapterx.model;

import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/** The classifier that a backbone's weights were trained with, if the file had one. */
public interface Classifier {
  /** How many classes it has, if there is one. */
  OptionalInt classes();

  /**
   * Class scores (B, C), if there is one.
   *
   * @param input (B, …) prepared
   */
  Optional<Tensor> logits(Tensor input);

  /**
   * Prefix of the names of a trained head among the weights of its family: {@code head.}.
   *
   * @param linear whether it is one linear layer
   * @return absent where the family has no such head
   */
  Optional<String> place(boolean linear);

  /** Whether a tensor of this name belongs to the classifier and not to the backbone. */
  boolean owns(String name);
}
