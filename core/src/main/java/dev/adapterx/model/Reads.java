package dev.adapterx.model;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Pass;
import java.util.HashSet;
import java.util.List;

/**
 * What a head reads of a backbone. Nothing else need be computed: blocks behind the last layer read
 * are left out, and of the last block only the tokens that the pooling reads are computed, where
 * the tuner works on each token alone.
 *
 * @param of which tokens
 * @param layers the blocks behind which patches are read, from 0 and rising; empty: the last
 */
public record Reads(Of of, List<Integer> layers) {
  /** Which tokens are read. */
  public enum Of {
    /** The pooled feature of the last block, {@link Pooling}. */
    POOLED,
    /** The class token and the others before the patches, behind the last block. */
    PREFIX,
    /** All tokens. */
    PATCHES
  }

  public Reads {
    layers = List.copyOf(layers);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) < (i == 0 ? 0 : layers.get(i - 1) + 1)) {
        throw new ConfigException(
            "layers: expected block numbers from 0, each larger than the one before, found "
                + layers);
      }
    }
    if (of != Of.PATCHES && !layers.isEmpty()) {
      throw new ConfigException("layers: only patches are read of several blocks, found " + layers);
    }
  }

  /** The pooled feature (B, F). */
  public static Reads pooled() {
    return new Reads(Of.POOLED, List.of());
  }

  /** The class token (B, D) behind the last block. */
  public static Reads cls() {
    return new Reads(Of.PREFIX, List.of());
  }

  /** The patches (B, G, D), and every other token, behind the last block. */
  public static Reads patches() {
    return new Reads(Of.PATCHES, List.of());
  }

  /**
   * The patches behind several blocks.
   *
   * @param layers block numbers, from 0 and rising
   */
  public static Reads layers(List<Integer> layers) {
    return new Reads(Of.PATCHES, layers);
  }

  /** How many layers are given. */
  public int count() {
    return Math.max(1, layers.size());
  }

  /** Widths of the layers that are read of a backbone, for a head. */
  public List<Integer> widths(Backbone backbone) {
    return of(backbone).stream().map(i -> backbone.blocks().get(i).width()).toList();
  }

  /**
   * The blocks read of a backbone, by number.
   *
   * @throws ConfigException when it has fewer, or no class token where that is read
   */
  List<Integer> of(Backbone backbone) {
    if (of == Of.PREFIX && backbone.prefixTokens() == 0) {
      throw new ConfigException(
          "The backbone '"
              + backbone.info().name()
              + "' has no class token to read; read its patches or the pooled feature");
    }
    int last = backbone.blocks().size() - 1;
    List<Integer> read = layers.isEmpty() ? List.of(last) : layers;
    if (new HashSet<>(read).stream().anyMatch(i -> i > last)) {
      throw new ConfigException(
          "layers: expected block numbers from 0 to " + last + ", found " + layers);
    }
    return read;
  }

  /** How many tokens of the last block's output are computed, the first ones, or all. */
  public int lastTokens(Backbone backbone, BackboneTuner tuner, Pass pass) {
    boolean prefix =
        of == Of.PREFIX || (of == Of.POOLED && tuner.pooling(backbone).readsPrefixAlone());
    boolean tokenwise = tuner.block(backbone.blocks().size() - 1).isTokenwise(pass);
    return prefix && tokenwise ? backbone.prefixTokens() : Block.ALL;
  }
}
