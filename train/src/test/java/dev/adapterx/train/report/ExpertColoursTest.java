package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sixteen experts stay apart for every reader: differences in OKLab (Ottosson 2020), where about
 * 0.02 is just seen, after the full colour deficiencies of Machado, Oliveira and Fernandes (2009).
 */
class ExpertColoursTest {
  private static final double[][] NORMAL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  private static final double[][] PROTANOPIA = {
    {0.152286, 1.052583, -0.204868},
    {0.114503, 0.786281, 0.099216},
    {-0.003882, -0.048116, 1.051998}
  };
  private static final double[][] DEUTERANOPIA = {
    {0.367322, 0.860646, -0.227968},
    {0.280085, 0.672501, 0.047413},
    {-0.011820, 0.042940, 0.968881}
  };
  private static final double[][] TRITANOPIA = {
    {1.255528, -0.076749, -0.178779},
    {-0.078411, 0.930809, 0.147602},
    {0.004733, 0.691367, 0.303900}
  };
  private static final double[][] TO_CONES = {
    {0.4122214708, 0.5363325363, 0.0514459929},
    {0.2119034982, 0.6806995451, 0.1073969566},
    {0.0883024619, 0.2817188376, 0.6299787005}
  };
  private static final double[][] TO_LAB = {
    {0.2104542553, 0.7936177850, -0.0040720468},
    {1.9779984951, -2.4285922050, 0.4505937099},
    {0.0259040371, 0.7827717662, -0.8086757660}
  };

  @ParameterizedTest
  @CsvSource({"0, 4, 0.26, 0.09", "0, 16, 0.10, 0.04", "1, 4, 0.26, 0.09", "1, 16, 0.10, 0.04"})
  void no_two_experts_look_alike(int theme, int experts, double normal, double deficient)
      throws Exception {
    double[][] colours = colours(theme);

    assertThat(nearest(colours, experts, NORMAL)).isGreaterThan(normal);
    assertThat(nearest(colours, experts, PROTANOPIA)).isGreaterThan(deficient);
    assertThat(nearest(colours, experts, DEUTERANOPIA)).isGreaterThan(deficient);
    assertThat(nearest(colours, experts, TRITANOPIA)).isGreaterThan(deficient);
  }

  @Test
  void points_stand_out_from_the_page() throws Exception {
    for (double[] light : colours(0)) {
      assertThat(1.05 / (luminance(light) + 0.05)).isGreaterThan(2.4);
    }
    double page = luminance(linear("191e25"));
    for (double[] dark : colours(1)) {
      assertThat((luminance(dark) + 0.05) / (page + 0.05)).isGreaterThan(2.4);
    }
  }

  /** Linear RGB of --e0 … --e15 in the light theme, 0, or the dark one, 1. */
  private static double[][] colours(int theme) throws Exception {
    try (var file = Report.class.getResourceAsStream("report.css")) {
      String css = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      double[][] colours = new double[16][];
      for (int e = 0; e < 16; e++) {
        var found = Pattern.compile("--e" + e + ": #([0-9a-f]{6});").matcher(css);
        var values = found.results().map(r -> r.group(1)).toList();
        assertThat(values).as("--e%d, light and dark", e).hasSize(2);
        colours[e] = linear(values.get(theme));
      }
      return colours;
    }
  }

  private static double[] linear(String hex) {
    double[] rgb = new double[3];
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(hex, 2 * i, 2 * i + 2, 16) / 255.0;
      rgb[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
    return rgb;
  }

  private static double luminance(double[] rgb) {
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  }

  private static double nearest(double[][] colours, int count, double[][] eye) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double[] a = lab(times(eye, colours[i]));
        double[] b = lab(times(eye, colours[j]));
        nearest = Math.min(nearest, Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]));
      }
    }
    return nearest;
  }

  private static double[] lab(double[] rgb) {
    for (int i = 0; i < 3; i++) {
      rgb[i] = Math.min(1, Math.max(0, rgb[i]));
    }
    double[] cones = times(TO_CONES, rgb);
    for (int i = 0; i < 3; i++) {
      cones[i] = Math.cbrt(cones[i]);
    }
    return times(TO_LAB, cones);
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i] += matrix[i][j] * vector[j];
      }
    }
    return product;
  }
}
