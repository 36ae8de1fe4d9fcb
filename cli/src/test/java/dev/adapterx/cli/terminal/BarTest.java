package dev.adapterx.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private long now;

  private Screen screen(int columns) {
    return new Screen(sent, columns, () -> now);
  }

  private static Bar bar(Screen screen) {
    return new Bar(screen, 0, 100, rate -> String.format("%.1f images/s", rate));
  }

  private void after(double seconds) {
    now += (long) (seconds * 1e9);
  }

  private List<String> shown(int columns) {
    return Emulator.shown(sent.toString(StandardCharsets.UTF_8), columns);
  }

  @ParameterizedTest
  @CsvSource({
    "100, epoch 2/4 [============                  ]  42 %  loss 0.5  12 s left  5.0 images/s",
    "70, epoch 2/4 [======          ]  42 %  loss 0.5  12 s left  5.0 images/s",
    "60, epoch 2/4 [========            ]  42 %  loss 0.5  12 s left",
    "40, epoch 2/4 [====       ]  42 %  loss 0.5",
    "20, epoch 2/4  42 %",
    "8, epoch 2",
  })
  void shows_what_fits_into_the_line(int columns, String line) {
    Bar bar = bar(screen(columns));
    after(8.4);
    bar.at("epoch 2/4", 42, "loss 0.5");
    assertThat(shown(columns)).hasSize(1).allMatch(shown -> shown.length() < columns);
    if (columns > 8) {
      assertThat(shown(columns)).containsExactly(line.strip());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 60, 30})
  void text_is_never_overwritten_and_nothing_of_the_bar_is_left(int columns) {
    Screen screen = screen(columns);
    PrintWriter out = screen.writer(sent);
    Bar bar = bar(screen);
    for (int i = 1; i <= 100; i++) {
      after(0.3);
      bar.at("epoch " + (i < 50 ? "a long name" : "1"), i, i % 2 == 0 ? "loss 0.123456" : "");
      if (i % 25 == 0) {
        out.println("line " + i);
      }
    }
    bar.close();
    out.println("report: file:///x");
    assertThat(shown(columns))
        .containsExactly("line 25", "line 50", "line 75", "line 100", "report: file:///x", "");
  }

  @Test
  void it_waits_for_others_who_print_and_is_not_drawn_too_often() {
    Screen screen = screen(80);
    screen.show("one");
    after(0.05);
    screen.show("two");
    assertThat(shown(80)).containsExactly("one");
    after(0.06);
    screen.show("three");
    assertThat(shown(80)).containsExactly("three");
    screen.clear();
    after(0.15);
    screen.show("four");
    assertThat(shown(80)).containsExactly("");
    after(0.06);
    screen.show("five");
    assertThat(shown(80)).containsExactly("five");
  }

  /** Steps of 1 s, every tenth of them followed by 3 s of validation: 1.3 s a step. */
  @Test
  void the_time_left_is_steady() {
    Bar bar = new Bar(screen(80), 0, 1000, rate -> "");
    List<Double> ends = new ArrayList<>();
    double clock = 0;
    for (int step = 1; step <= 900; step++) {
      double seconds = step % 10 == 1 && step > 1 ? 4 : 1;
      after(seconds);
      clock += seconds;
      sent.reset();
      bar.at("epoch", step, "");
      String line = sent.toString(StandardCharsets.UTF_8);
      if (step >= 50) {
        ends.add(clock + seconds(line));
      }
    }
    assertThat(ends).allMatch(end -> Math.abs(end - 1297) < 100);
  }

  private static double seconds(String line) {
    var found = java.util.regex.Pattern.compile("(?:(\\d+) min )?(?:(\\d+) s )?left").matcher(line);
    assertThat(found.find()).as(line).isTrue();
    return (found.group(1) == null ? 0 : 60 * Double.parseDouble(found.group(1)))
        + (found.group(2) == null ? 0 : Double.parseDouble(found.group(2)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.4, 0 s left",
    "59.4, 59 s left",
    "59.6, 1 min 00 s left",
    "117, 2 min 00 s left",
    "123, 2 min 00 s left",
    "599, 10 min left",
    "3570, 1 h 00 min left",
    "5400, 1 h 30 min left"
  })
  void time_left_in_words(double seconds, String words) {
    assertThat(Bar.left(seconds)).isEqualTo(words);
  }

  @Test
  void of_unknown_length_there_is_no_bar() {
    new Bar(screen(80), 0, -1, rate -> "").at("fetching x", 5, "1.2 MiB");
    assertThat(shown(80)).containsExactly("fetching x  1.2 MiB");
  }

  @Test
  void text_is_folded_between_words() {
    assertThat(screen(20).folded("train  epochs: 3, batch: 2, lr: 0.01", 7))
        .containsExactly("train  epochs: 3,", "       batch: 2,", "       lr: 0.01");
    assertThat(screen(12).folded("data   averylongnameofafolder", 7))
        .containsExactly("data   averylongnameofafolder");
    assertThat(Screen.NONE.folded("a ".repeat(99), 2)).containsExactly("a ".repeat(99));
  }

  @Test
  void without_a_terminal_nothing_is_shown() {
    PrintWriter out = Screen.NONE.writer(sent);
    new Bar(Screen.NONE, 0, 2, rate -> "").at("x", 1, "");
    out.println("é");
    assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo("é" + System.lineSeparator());
  }
}
