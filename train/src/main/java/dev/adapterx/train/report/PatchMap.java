package dev.adapterx.train.report;

import java.util.Base64;

/**
 * The experts that the patches of an image were routed to.
 *
 * @param rows h of the patch grid
 * @param columns w of the patch grid
 * @param expert (L, h·w): the expert that got most of the patch's sub-tokens in block l, row by
 *     row; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a matrix; compared nowhere
public record PatchMap(int rows, int columns, int[][] expert) {
  public PatchMap {
    if (expert.length == 0) {
      throw new IllegalArgumentException("Patches need at least one block, found none");
    }
    for (int block = 0; block < expert.length; block++) {
      if (expert[block].length != rows * columns) {
        throw new IllegalArgumentException(
            "Expected an expert for each of %d × %d patches; found %d in block %d"
                .formatted(rows, columns, expert[block].length, block));
      }
    }
  }

  /** Refuses invalid experts, and a number of blocks that differs from the other images'. */
  void require(int picture, int blocks, int experts) {
    CloudData.checkExperts("image", picture, expert, blocks, experts);
  }

  /** Opens the part of the page that pictures with patches are in, with its controls. */
  static void controls(Html html, int blocks, int experts) {
    html.open("div", "class", "patches").open("noscript");
    html.element("p", "The routing of the patches is drawn by JavaScript, which is off here.");
    html.close("noscript").open("div", "class", "controls", "hidden", "");
    html.open("p", "class", "set");
    String words = "Colours: the expert that got most of a patch’s tokens in block ";
    ExpertKeys.chooser(html, words, blocks - 1);
    ExpertKeys.box(html, " the images alone", false);
    html.close("p");
    ExpertKeys.legend(html, experts);
    html.element(
        "p",
        "Each image as the model sees it, cropped and scaled. Pick an expert to see its patches alone.",
        "class",
        "key");
    html.close("div");
  }

  /**
   * A picture with these patches over it.
   *
   * @param source of the picture, which the patches must cover
   */
  void view(Html html, String source, String alt) {
    html.open("div", "class", "view");
    html.empty("img", "src", source, "alt", alt, "loading", "lazy");
    html.open(
        "canvas",
        "hidden",
        "",
        "aria-hidden",
        "true",
        "width",
        columns,
        "height",
        rows,
        "data-experts",
        Base64.getEncoder().encodeToString(CloudData.experts(expert)));
    html.close("canvas").close("div");
  }
}
