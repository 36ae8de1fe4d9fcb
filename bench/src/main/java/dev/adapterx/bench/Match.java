package dev.adapterx.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures cases, alone or in turn with the peers' fastest variant: one round each, then in reverse
 * order, so that other load on the machine affects both.
 *
 * @param rounds number of pairs, or of rounds without peers
 * @param seconds duration of a round, at least one step
 * @param peers whether peers are measured
 * @param progress receives progress messages
 */
record Match(Sides sides, int rounds, double seconds, boolean peers, Consumer<String> progress) {
  private record Trial(Sides.Variant variant, double rate) {}

  Measured measure(Case of) {
    progress.accept(of.toString());
    List<Trial> trials = new ArrayList<>();
    List<String> tried = new ArrayList<>();
    if (peers) {
      for (Sides.Variant variant : sides.variants(of)) {
        tried.add(trial(of, variant, trials));
        progress.accept("  peer " + tried.get(tried.size() - 1));
      }
    }
    Trial best = trials.stream().max(Comparator.comparingDouble(Trial::rate)).orElse(null);
    try (Contender own = sides.own(of);
        Contender peer = best == null ? null : sides.peer(of, best.variant)) {
      return compete(of, own, peer, best, tried);
    } catch (Contender.FailedException e) {
      progress.accept("  failed: " + e.getMessage());
      return new Measured(of, List.of(), 0, 0, null, e.getMessage());
    }
  }

  private String trial(Case of, Sides.Variant variant, List<Trial> trials) {
    try (Contender peer = sides.peer(of, variant)) {
      double rate = peer.round(seconds);
      trials.add(new Trial(variant, rate));
      return String.format(Locale.ROOT, "%s %.2f/s", variant.title(), rate);
    } catch (Contender.FailedException e) {
      return variant.title() + " failed: " + e.getMessage();
    }
  }

  private Measured compete(
      Case of, Contender own, @Nullable Contender peer, @Nullable Trial best, List<String> tried) {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      if (peer == null) {
        ours.add(own.round(seconds));
        continue;
      }
      boolean first = i % 2 == 0;
      double a = first ? own.round(seconds) : peer.round(seconds);
      double b = first ? peer.round(seconds) : own.round(seconds);
      ours.add(first ? a : b);
      theirs.add(first ? b : a);
      ratios.add(ours.get(i) / theirs.get(i));
    }
    double flops = own.ready().path("flops").asDouble() * Measured.median(ours);
    Measured.Peer other =
        peer == null || best == null
            ? null
            : new Measured.Peer(best.variant.title(), tried, theirs, peer.end(), ratios);
    return new Measured(of, ours, own.end(), flops, other, null);
  }
}
