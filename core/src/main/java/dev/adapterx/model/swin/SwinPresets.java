package dev.adapterx.model.swin;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shapes by timm's names, and any other by its numbers. */
final class SwinPresets {
  /** Width of the first stage, blocks and heads of each. */
  private record Size(int width, List<Integer> depths, List<Integer> heads) {}

  private static final Map<String, Size> SIZES = new LinkedHashMap<>();
  private static final Pattern NAME =
      Pattern.compile(
          "swin_(?:([a-z]+)|(\\d{1,5})x([\\d-]+)x([\\d-]+))_patch(\\d{1,4})_window(\\d{1,4})_(\\d{1,5})");
  private static final int MLP_RATIO = 4;
  private static final int MAX_STAGES = 8;

  static {
    SIZES.put("tiny", new Size(96, List.of(2, 2, 6, 2), List.of(3, 6, 12, 24)));
    SIZES.put("small", new Size(96, List.of(2, 2, 18, 2), List.of(3, 6, 12, 24)));
    SIZES.put("base", new Size(128, List.of(2, 2, 18, 2), List.of(4, 8, 16, 32)));
    SIZES.put("large", new Size(192, List.of(2, 2, 18, 2), List.of(6, 12, 24, 48)));
  }

  private SwinPresets() {}

  static boolean isSwin(String name) {
    return name.startsWith("swin_");
  }

  /** The published sizes. */
  static List<String> usual() {
    return SIZES.keySet().stream().map(s -> "swin_" + s + "_patch4_window7_224").toList();
  }

  /**
   * A shape.
   *
   * @param name {@code swin_SIZE_patchP_windowW_S} with SIZE tiny, small, base, large or {@code
   *     WIDTHxDEPTHSxHEADS}: {@code swin_16x2-2x2-4_patch4_window3_24}
   */
  static SwinConfig config(String name) {
    Matcher m = NAME.matcher(name);
    Size size = m.matches() ? size(m) : null;
    if (size == null
        || size.depths.size() != size.heads.size()
        || size.depths.size() > MAX_STAGES) {
      throw new ConfigException(
          "Unknown preset '"
              + name
              + "'"
              + Names.hint(name, usual())
              + " Expected swin_SIZE_patchP_windowW_S with SIZE one of "
              + String.join(", ", SIZES.keySet())
              + " or WIDTHxDEPTHSxHEADS such as 96x2-2-6-2x3-6-12-24");
    }
    List<SwinConfig.Stage> stages = new ArrayList<>();
    for (int i = 0; i < size.depths.size(); i++) {
      int width = Math.multiplyExact(size.width, 1 << i);
      stages.add(
          new SwinConfig.Stage(
              width,
              size.depths.get(i),
              size.heads.get(i),
              Integer.parseInt(m.group(6)),
              MLP_RATIO * width));
    }
    return new SwinConfig(
        Integer.parseInt(m.group(7)), Integer.parseInt(m.group(5)), stages, true, SwinConfig.EPS);
  }

  private static @Nullable Size size(Matcher m) {
    return m.group(1) == null
        ? new Size(Integer.parseInt(m.group(2)), numbers(m.group(3)), numbers(m.group(4)))
        : SIZES.get(m.group(1));
  }

  private static List<Integer> numbers(String joined) {
    return Stream.of(joined.split("-"))
        .map(n -> n.matches("\\d{1,4}") ? Integer.parseInt(n) : 0) // refused by its stage
        .toList();
  }
}
