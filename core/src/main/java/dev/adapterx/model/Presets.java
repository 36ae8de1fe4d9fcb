package dev.adapterx.model;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shapes by name: timm's {@code vit_base_patch16_224}, {@code point_mae}, and any other by its
 * numbers.
 */
public final class Presets {
  /** Width, depth and heads of a size. */
  private record Size(int width, int depth, int heads) {}

  private static final Map<String, Size> SIZES = new LinkedHashMap<>();
  private static final Pattern NAME =
      Pattern.compile(
          "(?:vit|deit)_(?:([a-z]+)|(\\d+)x(\\d+)x(\\d+))_patch(\\d+)(_dinov3)?(?:_(\\d+))?");

  /** timm's, of {@code vit_base_patch16_dinov3}. */
  private static final int DINOV3_SIZE = 256;

  /** A point transformer and what it sees. */
  record Points(PointConfig config, PointPreprocessing input) {}

  private static final String POINTS = "point_";

  private static final Map<String, String> POINT_NAMES =
      Map.of(
          "point_mae", "point_384x12x6_c128_g64k32_1024",
          "point_mae_scan", "point_384x12x6_c128_g128k32_2048");

  private static final Pattern POINT_NAME =
      Pattern.compile("point_(\\d+)x(\\d+)x(\\d+)_c(\\d+)_g(\\d+)k(\\d+)_(\\d+)");

  static {
    SIZES.put("tiny", new Size(192, 12, 3));
    SIZES.put("small", new Size(384, 12, 6));
    SIZES.put("base", new Size(768, 12, 12));
    SIZES.put("large", new Size(1024, 24, 16));
    SIZES.put("huge", new Size(1280, 32, 16));
  }

  private Presets() {}

  /**
   * A vision transformer's shape.
   *
   * @param name {@code vit_SIZE_patchP_S} with SIZE tiny, small, base, large, huge or {@code
   *     WIDTHxDEPTHxHEADS}: {@code vit_128x8x4_patch8_64}; {@code vit_SIZE_patchP_dinov3} or {@code
   *     vit_SIZE_patchP_dinov3_S} for one with DINOv3's registers and rotary positions
   */
  public static ViTConfig vit(String name) {
    Matcher m = NAME.matcher(name);
    if (m.matches() && (m.group(6) != null || m.group(7) != null)) {
      Size size =
          m.group(1) == null
              ? new Size(number(m, 2), number(m, 3), number(m, 4))
              : SIZES.get(m.group(1));
      if (size != null) {
        int side = m.group(7) == null ? DINOV3_SIZE : number(m, 7);
        return m.group(6) == null
            ? ViTConfig.plain(side, number(m, 5), size.width, size.depth, size.heads)
            : ViTConfig.dinov3(side, number(m, 5), size.width, size.depth, size.heads);
      }
    }
    List<String> others = Backbones.presetsOfFamilies();
    List<String> usual = new ArrayList<>(others);
    SIZES.keySet().forEach(s -> usual.add("vit_" + s + "_patch16_224"));
    throw new ConfigException(
        "Unknown preset '"
            + name
            + "'"
            + Names.hintSentence(name, usual)
            + " Expected vit_SIZE_patchP_S or vit_SIZE_patchP_dinov3 with SIZE one of "
            + String.join(", ", SIZES.keySet())
            + " or WIDTHxDEPTHxHEADS; others are "
            + String.join(", ", POINT_NAMES.keySet().stream().sorted().toList())
            + ", "
            + String.join(", ", others));
  }

  /** Whether a preset's name is a point transformer's. */
  static boolean isPoints(String name) {
    return name.startsWith(POINTS);
  }

  /**
   * A point transformer's shape.
   *
   * @param name {@code point_mae} (ModelNet40: 1024 points in 64 groups), {@code point_mae_scan}
   *     (ScanObjectNN: 2048 in 128) or {@code
   *     point_WIDTHxDEPTHxHEADS_cENCODER_gGROUPSkNEIGHBOURS_N}
   */
  static Points points(String name) {
    Matcher m = POINT_NAME.matcher(POINT_NAMES.getOrDefault(name, name));
    if (!m.matches()) {
      throw new ConfigException(
          "Unknown preset '"
              + name
              + "'"
              + Names.hintSentence(name, POINT_NAMES.keySet())
              + " Expected point_mae, point_mae_scan or"
              + " point_WIDTHxDEPTHxHEADS_cENCODER_gGROUPSkNEIGHBOURS_POINTS such as point_192x6x6_c48_g64k32_1024");
    }
    return new Points(
        PointConfig.plain(number(m, 1), number(m, 2), number(m, 3), number(m, 4)),
        new PointPreprocessing(
            number(m, 7), number(m, 5), number(m, 6), Normalisation.UNIT_SPHERE));
  }

  /** Heads of a published size, by its width; 0 if none has that width. */
  static int headsOf(int width) {
    return SIZES.values().stream()
        .filter(s -> s.width == width)
        .mapToInt(Size::heads)
        .findFirst()
        .orElse(0);
  }

  private static int number(Matcher m, int group) {
    try {
      return Integer.parseInt(m.group(group));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "Preset '" + m.group() + "': " + m.group(group) + " is too large", e);
    }
  }
}
