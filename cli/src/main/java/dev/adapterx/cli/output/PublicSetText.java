package dev.adapterx.cli.output;

import dev.adapterx.data.fetch.ByHand;
import dev.adapterx.data.fetch.Part;
import dev.adapterx.data.fetch.PublicSet;
import dev.adapterx.train.text.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The known public data sets, as text, Markdown and JSON. */
public final class PublicSetText {
  private static final String END = System.lineSeparator();

  private PublicSetText() {}

  /** All of them. */
  public static String table(List<PublicSet> sets) {
    Table table = new Table("name", "size", "checked by", "how", "terms");
    for (PublicSet set : sets) {
      table.row(set.name(), size(set), checks(set), how(set), set.terms());
    }
    return table.text()
        + END
        + "adapterx data fetch NAME --to data     fetches one, or all of a suite (fgvc, few-shot)"
        + END
        + "adapterx data fetch NAME --dry-run     says from where, and what is to do by hand"
        + END;
  }

  /** Two tables as Markdown: sets, and the archives they are made of. */
  public static String markdown(List<PublicSet> sets) {
    StringBuilder text =
        new StringBuilder("| name | what | size | checked by | how | folder | terms |\n")
            .append("|---|---|---:|---|---|---|---|\n");
    for (PublicSet set : sets) {
      row(
          text,
          set.name(),
          set.about() + " ([page](" + set.page() + "))",
          size(set),
          checks(set),
          how(set),
          "`" + set.folder() + "`",
          set.terms());
    }
    text.append("\n| archive | bytes | published hash | address | who says so |\n")
        .append("|---|---:|---|---|---|\n");
    Set<List<String>> rows = new LinkedHashSet<>();
    for (PublicSet set : sets) {
      for (Part part : set.parts()) {
        rows.add(
            List.of(
                part.file(),
                part.size() < 0 ? "" : Table.count(part.size()),
                part.hash() == null ? "none" : "`" + part.hash() + "`",
                part.isByHand() ? "by hand: " + part.byHand() : "<" + part.address() + ">",
                part.source()));
      }
    }
    rows.forEach(cells -> row(text, cells.toArray(new String[0])));
    return text.toString();
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** One in detail, with the steps of fetching it. */
  public static String plan(PublicSet set, Path root, Path folder, boolean there) {
    StringBuilder text = new StringBuilder();
    text.append(set.name()).append(": ").append(set.about()).append(END);
    text.append("  to     ").append(folder).append(there ? " (is there)" : "").append(END);
    text.append("  terms  ").append(set.terms()).append(END);
    text.append("  page   ").append(set.page()).append(END);
    for (Part part : set.parts()) {
      text.append("  ").append(part.file()).append(": ").append(size(part.size())).append(END);
      if (!part.isByHand()) {
        text.append("    from  ").append(part.address()).append(END);
      }
      text.append("    hash  ")
          .append(
              Objects.requireNonNullElse(
                  part.hash(), "none published: what comes is trusted and its SHA-256 noted"))
          .append(END);
      text.append("    says  ").append(part.source()).append(END);
    }
    if (set.isByHand()) {
      text.append("  by hand:").append(END);
      ByHand.steps(set, root).forEach(step -> text.append("  ").append(step).append(END));
    }
    return text.toString();
  }

  public static Map<String, @Nullable Object> json(PublicSet set, Path folder) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", set.name());
    json.put("about", set.about());
    json.put("folder", folder.toString());
    json.put("terms", set.terms());
    json.put("page", set.page());
    List<Map<String, @Nullable Object>> parts = new ArrayList<>();
    for (Part part : set.parts()) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("file", part.file());
      one.put("address", part.address());
      one.put("size", part.size() < 0 ? null : part.size());
      one.put("hash", part.hash());
      one.put("source", part.source());
      one.put("by_hand", part.byHand());
      parts.add(one);
    }
    json.put("archives", parts);
    return json;
  }

  private static String how(PublicSet set) {
    return set.isByHand() ? "by hand, then --from" : "fetched";
  }

  private static String checks(PublicSet set) {
    return set.parts().stream().map(Part::trust).distinct().collect(Collectors.joining(", "));
  }

  /** Total size of archives with a published size; a plus if there are others. */
  private static String size(PublicSet set) {
    long known = set.parts().stream().mapToLong(part -> Math.max(0, part.size())).sum();
    boolean all = set.parts().stream().allMatch(part -> part.size() >= 0);
    return known == 0 ? size(-1) : size(known) + (all ? "" : " +");
  }

  private static String size(long bytes) {
    return bytes < 0 ? "not published" : FetchBar.size(bytes);
  }
}
