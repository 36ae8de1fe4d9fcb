package dev.adapterx.model;

import java.util.List;

/**
 * Where a backbone comes from.
 *
 * @param name the preset or file it was read from
 * @param source the naming its file used: {@code timm}, {@code hf-vit}, {@code google-npz}, {@code
 *     initial}
 * @param sha256 of its tensors' names, shapes and values as stored: the same weights have the same,
 *     whatever file they came in
 * @param preprocessingSource which file or rule its preprocessing was taken from
 * @param origin where its files come from; empty for what was made here
 * @param leftOut parts of the files that a backbone does not have, such as a decoder or a text
 *     tower
 * @param within what stood before the tensors' names, and what else of the same kind the file
 *     holds; empty for a file of nothing but the weights
 * @param labels names of the classes of the weights' own classifier; empty where the files have
 *     none
 */
public record BackboneInfo(
    String name,
    String source,
    String sha256,
    String preprocessingSource,
    String origin,
    List<String> leftOut,
    String within,
    List<String> labels) {
  public BackboneInfo {
    leftOut = List.copyOf(leftOut);
    labels = List.copyOf(labels);
  }

  /** Of no file. */
  public BackboneInfo(String name, String source, String sha256, String preprocessingSource) {
    this(name, source, sha256, preprocessingSource, "", List.of(), "", List.of());
  }
}
