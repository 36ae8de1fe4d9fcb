package dev.adapterx.train.report;

import dev.adapterx.train.routing.ExpertUse;
import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The experts each block used. An expert with under 1 % of a block's tokens, or a tenth of an even
 * share if that is less, counts as dead there, one with over 90 % as collapsed.
 *
 * @param load (L, E): the share of block l's tokens sent to expert e, 0 … 1; not copied
 * @param entropy (L): mean entropy of the router's probabilities in nats, at most ln E; not copied
 * @param warnings shown first
 */
@SuppressWarnings("ArrayRecordComponent") // matrices; compared nowhere
public record Routing(double[][] load, double[] entropy, List<String> warnings) implements Section {
  public Routing {
    warnings = List.copyOf(warnings);
    int experts = load.length == 0 ? 0 : load[0].length;
    if (entropy.length != load.length
        || Arrays.stream(load).anyMatch(row -> row.length != experts)) {
      throw new IllegalArgumentException(
          "Expected the same experts in each block and one entropy per block; found %d blocks and %d entropies"
              .formatted(load.length, entropy.length));
    }
  }

  @Override
  public String heading() {
    return "Expert routing";
  }

  @Override
  public boolean empty() {
    return load.length == 0 && warnings.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html();
    if (!warnings.isEmpty()) {
      html.open("ul", "class", "warnings");
      for (String warning : warnings) {
        html.open("li").element("strong", "Warning: ").text(warning).close("li");
      }
      html.close("ul");
    }
    if (load.length > 0) {
      html.trusted(map().html());
      html.element(
          "p",
          "✕ dead expert, under "
              + Figures.significant(100 * ExpertUse.dead(load[0].length), 2)
              + " % of the block's tokens · ▲ over 90 %, one expert takes all",
          "class",
          "key");
    }
    return html.toString();
  }

  private HeatMap map() {
    int experts = load[0].length;
    List<HeatMap.Row> rows = new ArrayList<>();
    for (int block = 0; block < load.length; block++) {
      List<HeatMap.Cell> cells = new ArrayList<>();
      for (int expert = 0; expert < experts; expert++) {
        cells.add(cell(block, expert));
      }
      var beside = List.of(Figures.fixed(entropy[block], 2));
      rows.add(new HeatMap.Row("block " + block, cells, beside));
    }
    return new HeatMap(
        "Share of each block's tokens per expert; even would be "
            + Figures.percent(1.0 / experts, 1),
        "",
        IntStream.range(0, experts).mapToObj(e -> "expert\u00a0" + e).toList(),
        List.of("entropy, max " + Figures.fixed(Math.log(experts), 2)),
        rows,
        List.of());
  }

  private HeatMap.Cell cell(int block, int expert) {
    double share = load[block][expert];
    boolean dead = share < ExpertUse.dead(load[block].length);
    boolean all = share > ExpertUse.takenOver();
    String mark = dead ? " ✕" : all ? " ▲" : "";
    String meaning = dead ? ", dead" : all ? ", takes all" : "";
    String text = Figures.percent(share, 1);
    return new HeatMap.Cell(
        text + mark, share, "block %d, expert %d: %s%s".formatted(block, expert, text, meaning));
  }
}
