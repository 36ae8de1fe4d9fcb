package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Rng;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws {@code count} of fifteen operations, with replacement, and applies each with a probability
 * and a noisy magnitude, as timm's {@code rand-…} policies do.
 *
 * <p>Operations: auto-contrast, equalize, invert, rotate, posterize, solarize, solarize-add, color,
 * contrast, brightness, sharpness, shear x and y, translate x and y.
 *
 * <p>Cubuk et al., RandAugment, NeurIPS 2020, <a href="https://arxiv.org/abs/1909.13719">paper</a>.
 * As in timm, and unlike the paper, an operation is applied with probability ½ only.
 *
 * @param count operations per image, {@code n}
 * @param magnitude {@code m}, 0 … 10
 * @param magnitudeStd standard deviation of the magnitude, {@code mstd}; the noisy magnitude is
 *     clipped to 0 … 10; above 100 the magnitude is uniform in 0 … m
 * @param increasing {@code inc}: operations grow stronger with the magnitude
 * @param probability of each drawn operation, {@code p}
 */
public record RandAugment(
    int count,
    double magnitude,
    double magnitudeStd,
    boolean increasing,
    double probability,
    Sampling sampling,
    Fill fill)
    implements ImageTransform {
  private static final List<String> KEYS = List.of("m", "n", "mstd", "inc", "p");
  private static final Pattern PART = Pattern.compile("([a-z]+)([0-9]+(?:\\.[0-9]+)?)");
  private static final double MOST = 10;
  private static final double UNIFORM_ABOVE = 100;

  public RandAugment {
    TransformChecks.positive("rand-augment: n", count);
    TransformChecks.within("rand-augment: m", magnitude, 0, MOST);
    TransformChecks.within("rand-augment: mstd", magnitudeStd, 0, Double.POSITIVE_INFINITY);
    TransformChecks.probability("rand-augment: p", probability);
  }

  /**
   * Reads a policy such as {@code rand-m9-mstd0.5-inc1}: {@code rand} and then, in any order, m
   * (default 10), n (2), mstd (0), inc (0) and p (0.5).
   *
   * @throws ConfigException naming the invalid part
   */
  public static RandAugment parse(String policy, Sampling sampling, Fill fill) {
    String[] parts = policy.split("-", -1);
    if (!parts[0].equals("rand")) {
      throw new ConfigException(
          "augmentation '" + policy + "': expected a policy like rand-m9-mstd0.5-inc1");
    }
    double[] values = {10, 2, 0, 0, 0.5};
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      Matcher part = PART.matcher(parts[i]);
      if (!part.matches() || !KEYS.contains(part.group(1))) {
        throw unknown(policy, parts[i]);
      }
      if (!seen.add(part.group(1))) {
        throw new ConfigException(
            "augmentation '" + policy + "': " + part.group(1) + " is given twice");
      }
      values[KEYS.indexOf(part.group(1))] = Double.parseDouble(part.group(2));
    }
    whole(policy, "n", values[1]);
    whole(policy, "inc", values[3]);
    return new RandAugment(
        (int) values[1], values[0], values[2], values[3] != 0, values[4], sampling, fill);
  }

  @Override
  public RgbImage apply(RgbImage image, Rng rng) {
    AugmentOp[] all = AugmentOp.values();
    AugmentOp.Look look = new AugmentOp.Look(sampling, fill);
    RgbImage out = image;
    for (int i = 0; i < count; i++) {
      AugmentOp op = all[rng.nextInt(all.length)];
      if (rng.nextDouble() < probability) {
        out = op.apply(out, noisyMagnitude(rng), increasing, rng, look);
      }
    }
    return out;
  }

  double noisyMagnitude(Rng rng) {
    if (magnitudeStd == 0) {
      return magnitude;
    }
    double noisy =
        magnitudeStd > UNIFORM_ABOVE
            ? magnitude * rng.nextDouble()
            : magnitude + magnitudeStd * rng.nextGaussian();
    return Math.max(0, Math.min(MOST, noisy));
  }

  private static ConfigException unknown(String policy, String part) {
    String key = part.replaceFirst("[^a-z].*$", "");
    return new ConfigException(
        "augmentation '"
            + policy
            + "': part '"
            + part
            + "' is not one of m, n, mstd, inc, p followed by a number"
            + (KEYS.contains(key) ? "" : Names.hint(key, KEYS)));
  }

  private static void whole(String policy, String key, double value) {
    if (value != Math.rint(value) || value > 1000) {
      throw new ConfigException(
          "augmentation '" + policy + "': " + key + " must be a whole number, found " + value);
    }
  }
}
