package dev.adapterx.train.report;

import dev.adapterx.base.WholeFile;
import dev.adapterx.train.text.ResultLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A page about a run or a comparison: one file that opens offline, in light and dark, on paper and
 * on a phone. It loads nothing, and its content security policy forbids any script but its own.
 *
 * @param resultLine the sentence to quote, see {@link ResultLine}; may be empty
 * @param sections in order; those without data are left out
 */
public record Report(String title, String resultLine, List<Section> sections) {
  public Report {
    sections = List.copyOf(sections);
  }

  /** Writes the page. */
  public void write(Path file) {
    WholeFile.write(file, html());
  }

  /** The page. */
  public String html() {
    var shown = sections.stream().filter(s -> !s.empty()).toList();
    var html = new Html().trusted("<!DOCTYPE html>\n").open("html", "lang", "en");
    head(html);
    html.open("body").open("header").element("h1", title);
    if (!resultLine.isEmpty()) {
      html.element("p", resultLine, "class", "result");
    }
    contents(html, shown);
    html.close("header").open("main");
    for (int i = 0; i < shown.size(); i++) {
      html.open("section", "id", "part-" + i, "aria-labelledby", "heading-" + i);
      html.element("h2", shown.get(i).heading(), "id", "heading-" + i);
      html.trusted(shown.get(i).body()).close("section").trusted("\n");
    }
    html.close("main").open("script").trusted(script()).close("script");
    return html.close("body").close("html").trusted("\n").toString();
  }

  private void head(Html html) {
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy());
    html.element("title", title);
    html.open("style").trusted(resource("report.css")).close("style").close("head");
  }

  private static void contents(Html html, List<Section> shown) {
    if (shown.size() < 2) {
      return;
    }
    html.open("nav", "aria-label", "Contents").open("ul");
    for (int i = 0; i < shown.size(); i++) {
      html.open("li").element("a", shown.get(i).heading(), "href", "#part-" + i).close("li");
    }
    html.close("ul").close("nav");
  }

  /**
   * The content security policy: images embedded in the page, our script by its hash, nothing else.
   */
  private static String policy() {
    return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
        + sha256(script())
        + "'";
  }

  private static String script() {
    return resource("report.js") + resource("clouds.js") + resource("patches.js");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Report.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + name + " from the library's jar", e);
    }
  }
}
