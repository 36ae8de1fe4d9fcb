package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CloudsTest {
  /**
   * Three points of a box 4 wide, 2 high and 4 deep around (3, 1, 0): its middle and two corners.
   */
  private static final float[] CORNERS = {3, 1, 0, 1, 0, -2, 5, 2, 2};

  private static final List<Answer> ONE = List.of(Answer.of("a", 1));

  private static Clouds.Cloud cloud(int[] group, int[]... expert) {
    return new Clouds.Cloud(CORNERS, group, expert, "cup", List.of(Answer.of("bowl", 0.6)));
  }

  private static byte[] data(String html, String name) {
    var found = Pattern.compile("data-" + name + "=\"([^\"]*)\"").matcher(html);
    assertThat(found.find()).isTrue();
    return Base64.getDecoder().decode(found.group(1));
  }

  @Test
  void points_come_back_within_half_a_step_about_the_middle_of_their_box() {
    byte[] steps = data(new Clouds("some", List.of(cloud(new int[0])), 0).body(), "points");

    // The corners lie (2, 1, 2) from the middle, 3 away, which makes 127 steps.
    assertThat(steps).startsWith(0, 0, 0);
    for (int i = 0; i < 9; i++) {
      double there = CORNERS[i] - new double[] {3, 1, 0}[i % 3];
      assertThat(steps[i] * 3 / 127.0).isCloseTo(there, within(0.5 * 3 / 127));
    }
  }

  @Test
  void the_farthest_point_uses_the_whole_byte_and_none_overflows() {
    var far = new float[] {-Float.MAX_VALUE, 0, 0, Float.MAX_VALUE, 0, 0};
    var same = new float[] {7, 7, 7, 7, 7, 7};

    assertThat(CloudData.quantised(far)).containsExactly(-127, 0, 0, 127, 0, 0);
    assertThat(CloudData.quantised(same)).containsOnly(0);
  }

  @Test
  void groups_and_experts_come_back_as_they_were() {
    var clouds =
        new Clouds(
            "some", List.of(cloud(new int[] {1, 0, 1}, new int[] {3, 200}, new int[] {0, 7})), 201);
    var html = clouds.body();

    assertThat(data(html, "groups")).containsExactly(1, 0, 1);
    assertThat(data(html, "experts")).containsExactly(3, (byte) 200, 0, 7);
    assertThat(html).contains("min=\"0\" max=\"1\" value=\"1\"");
  }

  @Test
  void more_than_256_groups_take_two_bytes_each_the_lower_first() {
    var clouds = new Clouds("some", List.of(cloud(new int[] {0, 258, 299}, new int[300])), 1);

    assertThat(data(clouds.body(), "groups")).containsExactly(0, 0, 2, 1, 43, 1);
  }

  @Test
  void without_routing_distance_gives_the_colour_and_no_block_is_chosen() {
    var html = new Clouds("some", List.of(cloud(new int[] {1, 0, 1})), 0).body();

    assertThat(html)
        .contains("distance from the eye", "class=\"ramp\"")
        .doesNotContain("expert\u00a0", "<button");
    assertThat(html).doesNotContain("type=\"range\"");
    assertThat(data(html, "groups")).isEmpty();
    assertThat(data(html, "experts")).isEmpty();
  }

  @Test
  void each_expert_has_a_key_and_the_first_sixteen_a_colour_of_their_own() {
    var html = CloudExample.clouds(1, 64, 18).body();

    assertThat(html.split("aria-pressed", -1)).hasSize(19);
    assertThat(html).contains("--c:var(--e0)", "--c:var(--e15)", "hue\" style=\"--h:40\"");
    assertThat(html).doesNotContain("--e16");
  }

  @Test
  void a_cloud_has_its_verdict_in_words_beside_it() {
    var html = CloudExample.clouds(8, 64, 4).body();

    assertThat(html).contains("7 right, 1 wrong", "✓ right", "✗ wrong", "> 89 %<");
    assertThat(html).contains("aria-label=\"Point cloud. True class chair, predicted table.");
    assertThat(html).contains("<noscript>", "JavaScript");
  }

  @Test
  void two_dozen_clouds_of_1024_points_stay_small() {
    var report = new Report("run", "", List.of(CloudExample.clouds(24, 1024, 16)));

    assertThat(report.html().length()).isLessThan(300_000);
  }

  @Test
  void coordinates_that_are_no_points_are_refused() {
    assertThatThrownBy(() -> new Clouds.Cloud(new float[4], new int[0], new int[0][], "a", ONE))
        .hasMessage("A cloud's coordinates must be (N, 3) with N >= 1; found 4 numbers");
    assertThatThrownBy(() -> new Clouds.Cloud(new float[0], new int[0], new int[0][], "a", ONE))
        .hasMessageContaining("found 0 numbers");
    assertThatThrownBy(
            () ->
                new Clouds.Cloud(
                    new float[] {0, 0, 0, 0, Float.NaN, 0}, new int[0], new int[0][], "a", ONE))
        .hasMessage("A cloud's coordinates must be finite; found NaN at point 1");
  }

  @Test
  void groups_that_do_not_fit_the_points_are_refused() {
    assertThatThrownBy(() -> cloud(new int[2], new int[4]))
        .hasMessage("Expected a group for each of 3 points; found 2");
    assertThatThrownBy(() -> cloud(new int[2]))
        .hasMessage("Expected a group for each of 3 points; found 2");
    assertThatThrownBy(() -> cloud(new int[] {0, 4, -1}, new int[4]))
        .hasMessage("A group's index must lie within 0 … 3; found 4 at point 1");
    assertThatThrownBy(() -> cloud(new int[3], new int[65_537]))
        .hasMessage("A cloud may have at most 65536 groups; found 65537");
  }

  @Test
  void experts_that_do_not_fit_the_blocks_are_refused() {
    assertThatThrownBy(() -> cloud(new int[3], new int[4], new int[3]))
        .hasMessage("Expected an expert for each of 4 groups in each block; found 3 in block 1");
    var routed = cloud(new int[3], new int[] {0, 4});
    assertThatThrownBy(() -> new Clouds("some", List.of(routed), 4))
        .hasMessage("Expected experts below 4; found expert 4 in block 0 of cloud 0");
    assertThatThrownBy(() -> new Clouds("some", List.of(routed, cloud(new int[3])), 5))
        .hasMessage(
            "Expected the same blocks for each cloud, 1 as for cloud 0; found 0 for cloud 1");
    assertThatThrownBy(() -> new Clouds("some", List.of(), 257)).hasMessageContaining("found 257");
  }

  @Test
  void a_probability_beyond_one_is_refused() {
    for (double wrong : new double[] {-0.1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> Answer.of("lid", wrong))
          .hasMessage("A probability must lie within 0 … 1; found " + wrong + " of 'lid'");
    }
  }

  @Test
  void a_cloud_may_have_as_many_points_as_its_file() {
    float[] xyz = new float[3 * 100_000];
    IntStream.range(0, xyz.length).forEach(i -> xyz[i] = i % 97);

    assertThat(CloudData.quantised(xyz)).hasSize(300_000);
  }
}
