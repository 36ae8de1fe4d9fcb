package dev.adapterx.train.report;

import java.util.Base64;
import java.util.List;

/**
 * A few pictures, each patch in the colour of the expert that it was routed to in the chosen block.
 *
 * @param experts number per block, at most 256; 0 without routing, when nothing is shown
 */
public record RoutedPictures(List<Picture> pictures, int experts) implements Section {
  /**
   * One picture.
   *
   * @param png what the patches cover, as a PNG file, embedded as it is; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // a file's bytes; compared nowhere
  public record Picture(byte[] png, String caption, PatchMap patches) {}

  public RoutedPictures {
    pictures = List.copyOf(pictures);
    ExpertKeys.require(experts);
    if (experts > 0) {
      for (int i = 0; i < pictures.size(); i++) {
        pictures.get(i).patches.require(i, pictures.get(0).patches.expert().length, experts);
      }
    }
  }

  @Override
  public String heading() {
    return "Experts over the picture";
  }

  @Override
  public boolean empty() {
    return experts == 0 || pictures.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    PatchMap.controls(html, pictures.get(0).patches.expert().length, experts);
    html.open("div", "class", "samples");
    for (Picture picture : pictures) {
      String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture.png);
      html.open("figure");
      picture.patches.view(html, source, picture.caption);
      html.element("figcaption", picture.caption).close("figure");
    }
    return html.close("div").close("div").toString();
  }
}
