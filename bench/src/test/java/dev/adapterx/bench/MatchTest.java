package dev.adapterx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatchTest {
  private static final Case CASE =
      new Case(
          "vit_64x1x1_patch8_16", "adapter-x", HeadKind.CLASSES, Work.TRAIN, Precision.FP32, 4);

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();

  @Test
  void this_side_trains_and_infers_in_a_process_of_its_own() {
    for (Work work : Work.values()) {
      Case of = new Case(CASE.model(), CASE.method(), HeadKind.CLASSES, work, CASE.precision(), 4);
      Measured measured = alone().measure(of);
      assertThat(measured.failure()).isNull();
      assertThat(measured.samplesPerSecond()).hasSize(2).allMatch(rate -> rate > 0);
      assertThat(measured.peakBytes()).isGreaterThan(10 << 20);
      assertThat(measured.flopsPerSecond()).isPositive();
      assertThat(measured.peer()).isNull();
    }
  }

  @Test
  void this_side_trains_with_checkpointing_when_told() {
    Sides sides = new Sides(Device.CPU, 1, 2, true, "", folder, false, folder);
    Measured measured = new Match(sides, 1, 0.01, false, told::add).measure(CASE);
    assertThat(measured.failure()).isNull();
    assertThat(measured.samplesPerSecond()).hasSize(1).allMatch(rate -> rate > 0);
  }

  /** ViT of 64 channels and 32 pixels: the smallest of which a pyramid can be made. */
  @Test
  void every_head_is_trained_and_predicts() {
    for (HeadKind head : EnumSet.complementOf(EnumSet.of(HeadKind.CLASSES))) {
      for (Work work : head == HeadKind.BOXES ? Work.values() : new Work[] {Work.TRAIN}) {
        Case of = new Case("vit_64x1x1_patch8_32", "lora", head, work, Precision.FP32, 2);
        Measured measured = alone().measure(of);
        assertThat(measured.failure()).as(of.toString()).isNull();
        assertThat(measured.samplesPerSecond()).allMatch(rate -> rate > 0);
      }
    }
    assertThat(HeadKind.named("Linear-Pixels")).isEqualTo(HeadKind.LINEAR_PIXELS);
    assertThatThrownBy(() -> HeadKind.named("pixel")).hasMessageContaining("linear-pixels");
  }

  @Test
  void settings_of_a_method_may_be_given() {
    String method = "{\"name\": \"adapter-x\", \"experts\": 2, \"heads\": 2}";
    Case of = new Case(CASE.model(), method, HeadKind.CLASSES, Work.INFER, Precision.FP32, 2);
    assertThat(Case.read(of.json())).isEqualTo(of);
    assertThat(alone().measure(of).failure()).isNull();
  }

  @Test
  void what_cannot_be_built_is_told_and_the_rest_goes_on() {
    Case of =
        new Case(
            CASE.model(),
            "{\"name\": \"adapter-x\", \"heads\": 3}",
            HeadKind.CLASSES,
            Work.INFER,
            Precision.FP32,
            2);
    Measured measured = alone().measure(of);
    assertThat(measured.failure()).contains("adapter-x.heads", "64");
    assertThat(told).anyMatch(line -> line.contains("failed"));
  }

  /** A peer of shell: the faster variant is chosen, and pairs are made with it. */
  @Test
  void the_fastest_way_of_the_peer_is_played_against() throws IOException {
    Path program = folder.resolve("peer.sh");
    Files.writeString(
        program,
        """
        case "$*" in *sdpa*) n=10 ;; *) n=30 ;; esac
        echo a library chats
        echo 'ready {}'
        while read -r word seconds; do
          [ "$word" = end ] && echo '{"peak": 4096}' && exit
          echo "{\\"samples\\": $n, \\"seconds\\": 2}"
        done
        """);
    Match match = new Match(sides("sh", program), 3, 0.01, true, told::add);
    Measured measured = match.measure(CASE);
    assertThat(measured.failure()).isNull();
    Measured.Peer peer = measured.peer();
    assertThat(peer.variant()).isEqualTo("fp32/eager");
    assertThat(peer.tried()).containsExactly("fp32/sdpa 5.00/s", "fp32/eager 15.00/s");
    assertThat(peer.samplesPerSecond()).containsExactly(15.0, 15.0, 15.0);
    assertThat(peer.peakBytes()).isEqualTo(4096);
    for (int i = 0; i < 3; i++) {
      assertThat(peer.ratios().get(i)).isEqualTo(measured.samplesPerSecond().get(i) / 15);
    }
    String table = new BenchResult("test", machine(), List.of(measured)).markdown();
    assertThat(table).contains("| fp32/eager |", "ceiling in fp32: 100 GFLOP/s", "commit abc");
  }

  @Test
  void a_peer_that_fails_in_every_way_leaves_this_side_alone() throws IOException {
    Path program = folder.resolve("peer.sh");
    Files.writeString(program, "echo 'failed no such method'");
    Measured measured = new Match(sides("sh", program), 1, 0.01, true, told::add).measure(CASE);
    assertThat(measured.samplesPerSecond()).hasSize(1);
    assertThat(measured.peer()).isNull();
    assertThat(told).anyMatch(line -> line.contains("failed: no such method"));
  }

  @Test
  void a_contender_that_dies_is_no_riddle() {
    Path log = folder.resolve("log");
    assertThatThrownBy(() -> Contender.start(List.of("sh", "-c", "exit 7"), 1, log))
        .hasMessageContaining("exit code 7");
    assertThatThrownBy(() -> Contender.start(List.of("no-such-program"), 1, log))
        .hasMessageContaining("could not be run");
  }

  @Test
  void an_exponent_is_that_between_the_ends() {
    Growth.Line line =
        new Growth.Line(
            "tokens",
            List.of(
                new Growth.Point(10, 1, 100),
                new Growth.Point(20, 7, 300),
                new Growth.Point(40, 8, 400)),
            "");
    assertThat(line.exponent()).isEqualTo(1.5);
    assertThat(line.memoryExponent()).isEqualTo(1.0);
    assertThat(new Growth(List.of(line)).markdown()).contains("1.50", "tokens");
  }

  @Test
  void a_median_of_an_even_number_lies_between() {
    assertThat(Measured.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
    assertThat(Measured.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Measured.median(List.of())).isNaN();
  }

  private static Machine machine() {
    return new Machine(
        "a processor", List.of(), 1, "17", "abc", "2026-01-01", Map.of(Precision.FP32, 1e11));
  }

  private Match alone() {
    return new Match(sides("", folder), 2, 0.01, false, told::add);
  }

  private Sides sides(String interpreter, Path program) {
    return new Sides(Device.CPU, 1, 2, false, interpreter, program, false, folder);
  }
}
