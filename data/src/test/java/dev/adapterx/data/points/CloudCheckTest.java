package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import org.junit.jupiter.api.Test;

class CloudCheckTest {
  private static void refused(PointCloud cloud, int atLeast, String message) {
    assertThatThrownBy(() -> CloudCheck.requireUsable(cloud, atLeast, "chair_0001.txt"))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  @Test
  void a_usable_cloud_is_handed_back() {
    PointCloud cloud = Clouds.of(1, 1, 1, 1, 1, 2);
    assertThat(CloudCheck.requireUsable(cloud, 2, "here")).isSameAs(cloud);
  }

  @Test
  void a_coordinate_that_is_not_finite_is_named() {
    refused(
        Clouds.of(0, 0, 0, 1, Double.NaN, 2),
        1,
        "chair_0001.txt: point 1 (counted from 0) is (1.0, NaN, 2.0), expected finite coordinates");
    refused(
        Clouds.of(0, 0, Double.NEGATIVE_INFINITY, 1, 1, 1),
        1,
        "chair_0001.txt: point 0 (counted from 0) is (0.0, 0.0, -Infinity), expected finite"
            + " coordinates");
  }

  @Test
  void too_few_points_are_counted() {
    refused(
        Clouds.of(0, 0, 0, 1, 1, 1),
        1024,
        "chair_0001.txt: expected at least 1024 points, found 2");
  }

  @Test
  void a_cloud_that_is_one_point_many_times_is_refused() {
    refused(
        Clouds.of(1, 2, 3, 1, 2, 3, 1, 2, 3),
        1,
        "chair_0001.txt: every one of its 3 points is (1.0, 2.0, 3.0), expected at least two"
            + " different ones");
  }
}
