package dev.adapterx.model;

import java.util.List;

/**
 * Where a backbone comes from.
 *
 * @param name the preset or file it was read from
 * @param source the naming its file used: {@code timm}, {@code hf-vit}, {@code google-npz}, {@code
 *     initial}
 * @param sha256 of its tensors' names, shapes and values as stored: independent of the file format
 * @param preprocessingSource the file or rule that its preprocessing comes from
 * @param origin where its files come from; empty if it was created locally
 * @param leftOut parts of the files that were not loaded, such as a decoder or a text tower
 * @param within prefix of the tensors' names in the file, and other weights of the same kind in it;
 *     empty if the file holds nothing but the weights
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

  /** Without a file. */
  public BackboneInfo(String name, String source, String sha256, String preprocessingSource) {
    this(name, source, sha256, preprocessingSource, "", List.of(), "", List.of());
  }
}
