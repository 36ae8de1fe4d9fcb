package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "train",
        "pretrain",
        "compare",
        "tune",
        "ablate",
        "results",
        "evaluate",
        "predict",
        "serve",
        "methods",
        "params",
        "fetch",
        "data",
        "data check",
        "data fetch",
        "suites",
        "merge",
        "combine",
        "export",
        "import",
        "doctor",
        "completion",
        ""
      })
  void every_command_explains_itself_with_examples(String command) {
    Object[] arguments =
        Stream.concat(Stream.of(command.split(" ")), Stream.of("--help"))
            .filter(a -> !a.isEmpty())
            .toArray();

    Invocation help = Invocation.of(arguments);

    assertThat(help.code()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("adapterx " + command, "Example").doesNotContain("null", "%%");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void the_top_lists_all_commands_and_exit_codes() {
    Invocation help = Invocation.of("--help");

    assertThat(help.out())
        .contains(
            "quickstart ",
            "train ",
            "evaluate ",
            "predict ",
            "serve ",
            "methods ",
            "params ",
            "fetch ",
            "data ",
            "suites ",
            "merge ",
            "combine ",
            "export ",
            "import ",
            "doctor ",
            "bench ",
            "completion ")
        .contains("Exit codes:", "0 ", "1 ", "2 ");
  }

  @Test
  void alone_it_prints_help() {
    Invocation alone = Invocation.of();
    assertThat(alone.code()).isZero();
    assertThat(alone.out()).isEqualTo(Invocation.of("--help").out());
  }

  @Test
  void bench_says_where_it_is() {
    Invocation wrong = Invocation.of("bench", "--models", "x");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("start it from a checkout: ./adapterx bench");
  }

  @Test
  void a_shell_completes_commands_and_options() {
    String script = Invocation.of("completion").out();
    assertThat(script)
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F _complete_adapterx", "quickstart", "--resume", "'--verify-frozen'");
  }

  @Test
  void each_command_knows_its_version() {
    assertThat(Invocation.of("--version").out())
        .matches("adapterx \\S+ \\(commit ([0-9a-f]{12}|unknown)\\)\\R");
    assertThat(Invocation.of("doctor", "--version").out()).startsWith("adapterx ");
  }

  @Test
  void an_unknown_command_is_answered_with_a_near_one() {
    Invocation wrong = Invocation.of("evalute", "run");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("adapterx: There is no command 'evalute'\nDid you mean: ")
        .contains("adapterx evaluate", "--help");
    assertThat(wrong.err()).doesNotContain("\tat ");
  }

  @Test
  void an_unknown_option_is_named() {
    Invocation wrong = Invocation.of("predict", "run", "file", "--jsn");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--jsn", "--json", "adapterx predict --help");
  }

  @Test
  void a_value_of_the_wrong_kind_is_named() {
    Invocation wrong = Invocation.of("predict", "run", "file", "--top", "many");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--top", "many");
  }

  @Test
  void data_without_a_verb_says_what_it_wants() {
    Invocation wrong = Invocation.of("data");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("adapterx data check PATH");
  }
}
