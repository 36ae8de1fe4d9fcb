package dev.adapterx.train.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.ParameterReport;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConclusionTest {
  @TempDir Path folder;

  /** Right on the samples of a range, out of a hundred. */
  private static Evaluation right(int from, int to) {
    List<Evaluation.Prediction> predictions = new ArrayList<>();
    ConfusionMatrix confusion = new ConfusionMatrix(2);
    for (int i = 0; i < 100; i++) {
      int predicted = i >= from && i < to ? 0 : 1;
      predictions.add(new Evaluation.Prediction(i, 0, predicted, 1));
      confusion.add(0, predicted);
    }
    return new Evaluation(0, confusion, predictions, 0);
  }

  private static Scores figure(double value) {
    Score score = new Score("mIoU", value, true);
    return new Scores() {
      @Override
      public Score primary() {
        return score;
      }

      @Override
      public List<Score> all() {
        return List.of(score);
      }

      @Override
      public double loss() {
        return 0;
      }

      @Override
      public double seconds() {
        return 0;
      }
    };
  }

  private RunResult run(String method, Scores scores, int bytes) throws IOException {
    Path run = folder.resolve(method);
    Path adapter = Files.createDirectories(new RunFolder(run).adapter());
    Files.write(adapter.resolve("adapter_model.safetensors"), new byte[bytes]);
    return new RunResult(
        run, method, "test", scores, scores, 0, new ParameterReport(1, 1, 2, 100), null, 0.5, 0);
  }

  private List<String> of(Scores probe, Scores full, Scores ours) throws IOException {
    QuickTask task =
        new QuickTask(
            "images",
            to -> 0,
            "few",
            10,
            "",
            "none",
            "half",
            List.of(
                new QuickTask.Entry(new LinearProbe(), 1),
                new QuickTask.Entry(new FullFineTuning(), 1),
                new QuickTask.Entry(AdapterX.with(o -> o.scale = 1), 1)),
            QuickTask.UNSEARCHED,
            ClassQuickTasks.own("pictures", "photo.jpg"));
    return new Conclusion(
            task,
            List.of(
                run("Linear probe", probe, 900),
                run("Full fine-tuning", full, 4_900_000),
                run("Adapter-X", ours, 36_400)))
        .sentences();
  }

  @Test
  void says_who_is_ahead_and_what_each_costs() throws IOException {
    // right alone: 20 and 5 samples; d = 15, sqrt(25 - 225 / 100) = 4.77
    assertThat(of(right(0, 1), right(0, 50), right(5, 70)))
        .containsExactly(
            "Adapter-X is ahead of full fine-tuning by 15.0 ± 4.8 points on the same 100 images.",
            "Adapter-X is ahead of the linear probe by 64.0 ± 5.0 points on the same 100 images.",
            "A task costs: Linear probe 1 kB and 5 s, Full fine-tuning 4.9 MB and 5 s,"
                + " Adapter-X 36 kB and 5 s.");
  }

  @Test
  void says_so_where_full_fine_tuning_is_ahead() throws IOException {
    assertThat(of(right(0, 99), right(5, 70), right(0, 50)))
        .first()
        .isEqualTo(
            "Full fine-tuning is ahead of Adapter-X by 15.0 ± 4.8 points on the same 100 images.");
    assertThat(of(right(0, 99), right(5, 70), right(0, 50)))
        .element(1)
        .isEqualTo(
            "The linear probe is ahead of Adapter-X by 49.0 ± 5.0 points on the same 100 images.");
  }

  @Test
  void does_not_call_a_difference_within_the_noise_one() throws IOException {
    // right alone: 12 and 5; d = 7, sqrt(17 - 0.49) = 4.06
    assertThat(of(right(0, 1), right(0, 50), right(5, 62)))
        .first()
        .isEqualTo(
            "This test cannot tell Adapter-X and full fine-tuning apart: 7.0 ± 4.1 points on the"
                + " same 100 images.");
  }

  @Test
  void claims_no_interval_for_other_scores() throws IOException {
    assertThat(of(figure(10), figure(52.25), figure(50)))
        .first()
        .isEqualTo(
            "Adapter-X is 2.3 points below full fine-tuning; with one seed and a small test, a few"
                + " points say nothing.");
  }
}
