package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String EVIL = "<script>alert('x')</script>\"><img src=x onerror=y>&\u0000";

  /** A report in which every text that can come from outside is an attack. */
  private static Report hostile() {
    return new Report(
        EVIL,
        EVIL,
        List.of(
            Facts.of(Map.of(EVIL, EVIL)),
            new ParameterSection(
                List.of(new ParameterSection.Row(EVIL, 1, 1, EVIL)),
                List.of(new ParameterSection.Tensor(EVIL, EVIL, 1))),
            new Curves(
                List.of(new LineChart(EVIL, EVIL, EVIL, List.of(Series.ofEpochs(EVIL, 1, 2, 3))))),
            new Confusion(new int[][] {{1, 1}, {0, 1}}, List.of(EVIL, EVIL + "2")),
            new Routing(new double[][] {{0.5, 0.5}}, new double[] {0.6}, List.of(EVIL)),
            new Samples(
                EVIL,
                List.of(
                    new Samples.Sample(
                        ReportExample.picture(0),
                        EVIL,
                        List.of(new Answer(EVIL, "b", 0.5)),
                        new PatchMap(1, 1, new int[][] {{0}}))),
                1),
            new Clouds(
                EVIL,
                List.of(
                    new Clouds.Cloud(
                        new float[3],
                        new int[1],
                        new int[][] {{0}},
                        EVIL,
                        List.of(Answer.of(EVIL + "2", 0.5)))),
                1),
            new Commands(EVIL, List.of(new Commands.Command(EVIL, EVIL))),
            new ComparisonSection(
                "accuracy",
                List.of(new ComparisonSection.Row(EVIL, EVIL, 1, 0.5, 0.1, EVIL, 3)),
                EVIL)));
  }

  @Test
  void names_from_outside_stay_text() {
    var html = hostile().html();

    assertThat(html.split("<script", -1)).as("our own script only").hasSize(2);
    assertThat(html).doesNotContain("<img src=x").doesNotContain("\u0000").doesNotContain("('x')");
    assertThat(html).contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  }

  @Test
  void the_page_is_well_formed_in_every_section() throws Exception {
    for (var report : List.of(hostile(), ReportExample.with(10), ReportExample.with(100))) {
      var body =
          report
              .html()
              .replaceFirst("(?s)^<!DOCTYPE html>\n", "")
              .replaceFirst("(?s)<script>.*</script>", "");
      var parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      var page = parser.parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
      assertThat(page.getElementsByTagName("section").getLength())
          .isEqualTo(report.sections().size());
    }
  }

  @Test
  void nothing_is_fetched_and_only_our_script_may_run() throws Exception {
    var html = ReportExample.with(10).html();

    assertThat(html).doesNotContain("http://").doesNotContain("https://").doesNotContain("url(");
    assertThat(Pattern.compile("src=\"(?!data:)").matcher(html).find()).isFalse();
    var script = html.substring(html.indexOf("<script>") + 8, html.indexOf("</script>"));
    var hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    assertThat(html)
        .contains("default-src &#39;none&#39;")
        .contains("sha256-" + Base64.getEncoder().encodeToString(hash));
  }

  @Test
  void sections_without_data_leave_no_trace() {
    var empty =
        new Report(
            "run",
            "",
            List.of(
                new Facts(List.of()),
                new ParameterSection(List.of(), List.of()),
                new Curves(
                    List.of(
                        new LineChart("Loss", "epoch", "", List.of()),
                        new LineChart(
                            "Loss", "epoch", "", List.of(Series.ofEpochs("nan", Double.NaN))))),
                new Confusion(new int[2][2], List.of("a", "b")),
                new Routing(new double[0][0], new double[0], List.of()),
                new Samples("", List.of(), 4),
                new Clouds("", List.of(), 4),
                new Commands("", List.of()),
                new ComparisonSection("accuracy", List.of(), "")));

    assertThat(empty.html()).doesNotContain("<section", "<h2", "<nav", "class=\"result\"");
  }

  @Test
  void every_picture_has_words_and_every_table_has_headers() {
    var html = ReportExample.with(10).html();

    assertThat(html.split("<img ", -1)).hasSize(13);
    assertThat(html.split("alt=\"True class ", -1)).hasSize(13);
    assertThat(html.split("role=\"img\"", -1))
        .hasSameSizeAs(html.split("aria-label=\"[A-Z][a-z ]+\\. ", -1));
    assertThat(html.split("<table", -1).length)
        .isLessThanOrEqualTo(html.split("<th scope=\"(col|row)\"", -1).length);
  }

  @Test
  void the_same_report_is_the_same_bytes(@TempDir Path folder) throws Exception {
    ReportExample.with(10).write(folder.resolve("a/report.html"));
    ReportExample.with(10).write(folder.resolve("b/report.html"));

    assertThat(folder.resolve("a/report.html"))
        .hasSameBinaryContentAs(folder.resolve("b/report.html"));
    assertThat(Files.readString(folder.resolve("a/report.html"))).endsWith("</html>\n");
  }
}
