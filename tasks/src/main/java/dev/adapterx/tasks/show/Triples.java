package dev.adapterx.tasks.show;

import dev.adapterx.train.report.Html;
import dev.adapterx.train.report.Section;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Pictures beside what is in them and what was found, all of one size.
 *
 * @param keys classes that are seen, with their colours
 * @param ignored whether pixels without a class are seen
 */
public record Triples(List<Triple> triples, List<Key> keys, boolean ignored) implements Section {
  /**
   * One picture, three times, as PNG files; not copied.
   *
   * @param caption what it is
   */
  @SuppressWarnings("ArrayRecordComponent") // files' bytes; compared nowhere
  public record Triple(String caption, byte[] photo, byte[] truth, byte[] found) {}

  /**
   * A class.
   *
   * @param colour 0xRRGGBB
   */
  public record Key(String name, int colour) {}

  public Triples {
    triples = List.copyOf(triples);
    keys = List.copyOf(keys);
  }

  @Override
  public String heading() {
    return "Photo, truth, prediction";
  }

  @Override
  public boolean empty() {
    return triples.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    html.open("p", "class", "masks-key");
    keys.forEach(key -> key(html, key.name, String.format(Locale.ROOT, "#%06x", key.colour)));
    if (ignored) {
      key(html, "not labelled", "#ffffff");
    }
    html.close("p").open("div", "class", "masks");
    for (Triple triple : triples) {
      html.open("figure").open("div", "class", "three");
      image(html, triple.photo, "photo");
      image(html, triple.truth, "truth");
      image(html, triple.found, "prediction");
      html.close("div").element("figcaption", triple.caption).close("figure");
    }
    return html.close("div").toString();
  }

  private static void key(Html html, String name, String colour) {
    html.open("span").element("i", "", "class", "swatch", "style", "background:" + colour);
    html.text(name).close("span").text(" ");
  }

  private static void image(Html html, byte[] png, String what) {
    String source = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    html.empty("img", "src", source, "alt", what, "title", what, "loading", "lazy");
  }
}
