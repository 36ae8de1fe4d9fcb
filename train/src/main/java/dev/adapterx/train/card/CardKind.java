package dev.adapterx.train.card;

/**
 * What the samples of an adapter are, on its card.
 *
 * @param noun what is told apart: {@code images}, {@code pixels}
 * @param task the hub's name of it
 * @param pipeline whether the hub knows such a pipeline
 * @param example a file's name in examples
 */
public record CardKind(String noun, String task, boolean pipeline, String example) {
  /** Images that have a class. */
  public static final CardKind IMAGES =
      new CardKind("images", "image-classification", true, "photo.jpg");

  /** Point clouds that have a class, for which the hub has no pipeline. */
  public static final CardKind CLOUDS =
      new CardKind("point clouds", "point-cloud-classification", false, "scan.ply");
}
