package dev.adapterx.dense.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a {@link PixelHead} looks like.
 *
 * @param taps the blocks whose patches are read, from 0 and rising; empty: four, evenly spaced
 *     through the backbone, the last one among them
 * @param upscale u, how often the map is doubled, 0 … 2
 * @param width W, channels of the doubled maps; 0: a third of the backbone's width
 * @param dropout share of channels that are dropped before the last layer while training
 * @param skip whether a linear layer over the patches, enlarged bilinearly, is added to the scores
 *     of doubled maps: those start as small numbers behind several layers, and learn slowly alone.
 *     Where nothing is doubled it is the whole head, and there is no other
 */
public record PixelForm(List<Integer> taps, int upscale, int width, double dropout, boolean skip) {
  private static final int MOST_UPSCALE = 2;
  private static final int TAPS = 4;

  public PixelForm {
    taps = List.copyOf(taps);
    for (int i = 0; i < taps.size(); i++) {
      if (taps.get(i) < (i == 0 ? 0 : taps.get(i - 1) + 1)) {
        throw new ConfigException(
            "head.taps: expected block numbers from 0, each larger than the one before, found "
                + taps);
      }
    }
    if (upscale < 0 || upscale > MOST_UPSCALE) {
      throw new ConfigException("head.upscale: expected 0, 1 or 2, found " + upscale);
    }
    if (width < 0) {
      throw new ConfigException(
          "head.width: expected a number of channels, or 0 for a third of the backbone's width,"
              + " found "
              + width);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new ConfigException("head.dropout: expected a share in [0, 1), found " + dropout);
    }
    skip = skip && upscale > 0;
  }

  /** Four taps, doubled twice, a third of the width, a tenth dropped, a linear layer beside. */
  public static PixelForm defaults() {
    return new PixelForm(List.of(), MOST_UPSCALE, 0, 0.1, true);
  }

  /** One linear layer over the last block's patches, as linear probes of published models have. */
  public static PixelForm linear(Backbone backbone) {
    return new PixelForm(List.of(backbone.blocks().size() - 1), 0, 0, 0.1, false);
  }

  /** The blocks read of a backbone with that many. */
  List<Integer> taps(int blocks) {
    if (taps.stream().anyMatch(block -> block >= blocks)) {
      throw new ConfigException(
          "head.taps: expected block numbers from 0 to %d, found %s".formatted(blocks - 1, taps));
    }
    return taps.isEmpty()
        ? IntStream.rangeClosed(1, TAPS)
            .map(i -> i * blocks / TAPS - 1)
            .boxed()
            .flatMap(i -> i < 0 ? Stream.empty() : Stream.of(i))
            .distinct()
            .toList()
        : taps;
  }

  /** W for a backbone of width D. */
  int width(int d) {
    return width > 0 ? width : Math.max(1, d / 3);
  }

  /**
   * Trainable parameters: {@code kD(2 + C) + C} where nothing is doubled, else {@code 2kD + kDW + W
   * + u(4W² + 12W) + WC + C}, and {@code kDC + C} of the linear layer beside.
   *
   * @param d D, the backbone's width
   * @param layers k, how many layers are read
   * @param classes C
   */
  public long parameters(int d, int layers, int classes) {
    long in = (long) layers * d;
    if (upscale == 0) {
      return in * (2L + classes) + classes;
    }
    long w = width(d);
    long beside = skip ? in * classes + classes : 0;
    return 2 * in + in * w + w + upscale * (4 * w * w + 12 * w) + w * classes + classes + beside;
  }

  /** As adapters and checkpoints have it that were written before there was a layer beside. */
  @Override
  public String toString() {
    return "PixelForm[taps=%s, upscale=%d, width=%d, dropout=%s%s]"
        .formatted(taps, upscale, width, dropout, skip ? ", skip=true" : "");
  }
}
