package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * ScanObjectNN (Uy et al., "Revisiting Point Cloud Classification", ICCV 2019,
 * https://arxiv.org/abs/1908.04616): scanned objects of 15 classes, 2048 points each, in the HDF5
 * files its authors publish. Clouds are neither normalised nor reordered; {@code mask} is not read.
 * Results on different variants are not comparable, so one is chosen by name.
 */
public final class ScanObjectNn implements PointLayout {
  /** Position = label. */
  public static final List<String> CLASSES =
      List.of(
          "bag", "bin", "box", "cabinet", "chair", "desk", "display", "door", "shelf", "table",
          "bed", "pillow", "sink", "sofa", "toilet");

  /** The crops of the scans. */
  public enum Variant {
    /** Objects with their background. */
    OBJ_BG("main_split", "_objectdataset.h5", 2_309, 581),
    /** Objects alone. */
    OBJ_ONLY("main_split_nobg", "_objectdataset.h5", 2_309, 581),
    /** With background, the boxes shifted by up to half, rotated and scaled: the hardest. */
    PB_T50_RS("main_split", "_objectdataset_augmentedrot_scale75.h5", 11_416, 2_882);

    private final String folder;
    private final String suffix;
    private final int train;
    private final int test;

    Variant(String folder, String suffix, int train, int test) {
      this.folder = folder;
      this.suffix = suffix;
      this.train = train;
      this.test = test;
    }

    /** Its name in papers, in lower case. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its two files, below the folder of the data set. */
    public List<String> files() {
      return PREFIXES.values().stream().map(prefix -> folder + "/" + prefix + suffix).toList();
    }

    /** Number of clouds a complete copy has. */
    public int published(String split) {
      return split.equals("train") ? train : test;
    }
  }

  private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

  static {
    PREFIXES.put("train", "training");
    PREFIXES.put("test", "test");
  }

  private final Path root;
  private final Variant variant;
  private final Map<String, Path> files;
  private final String label;

  private ScanObjectNn(Path root, Variant variant, Map<String, Path> files, String label) {
    this.root = root;
    this.variant = variant;
    this.files = files;
    this.label = label;
  }

  static boolean recognises(Path root) {
    return !found(root).isEmpty();
  }

  /** The variants of a folder, by name. */
  static List<String> variants(Path root) {
    return found(root).keySet().stream().map(Variant::id).toList();
  }

  /**
   * The requested variant, or the only one there.
   *
   * @throws DataException when it does not exist, or several exist and none is chosen
   */
  static ScanObjectNn of(Path root, PointData.Options options) {
    Map<Variant, Map<String, Path>> found = found(root);
    List<String> ids = found.keySet().stream().map(Variant::id).toList();
    String wanted = options.variant().orElse("");
    if (wanted.isEmpty() && found.size() > 1) {
      throw new DataException(
          "%s holds %d variants of ScanObjectNN: %s. Choose one with variant=%s; results on different ones are not comparable"
              .formatted(root, ids.size(), String.join(", ", ids), ids.get(ids.size() - 1)));
    }
    for (Map.Entry<Variant, Map<String, Path>> entry : found.entrySet()) {
      if (wanted.isEmpty() || entry.getKey().id().equals(wanted.toLowerCase(Locale.ROOT))) {
        return new ScanObjectNn(root, entry.getKey(), entry.getValue(), options.label());
      }
    }
    throw new DataException(
        "%s has no variant '%s' of ScanObjectNN; there: %s%s"
            .formatted(root, wanted, String.join(", ", ids), Names.hint(wanted, ids)));
  }

  @Override
  public Path root() {
    return root;
  }

  /** The variant. */
  public Variant variant() {
    return variant;
  }

  @Override
  public String description() {
    return "ScanObjectNN, variant " + variant.id();
  }

  @Override
  public List<String> splits() {
    return List.copyOf(files.keySet());
  }

  @Override
  public PointData open(String split) {
    PointLayout.requireSplit(this, split);
    List<Path> file = Optional.ofNullable(files.get(split)).map(List::of).orElse(List.of());
    return H5Clouds.read(this, split, file, label, CLASSES);
  }

  @Override
  public int count(String split) {
    PointLayout.requireSplit(this, split);
    List<Path> file = Optional.ofNullable(files.get(split)).map(List::of).orElse(List.of());
    return H5Clouds.count(file, label, CLASSES);
  }

  /** The variants in a folder, which may itself be one of the two folders of files. */
  private static Map<Variant, Map<String, Path>> found(Path root) {
    Map<Variant, Map<String, Path>> found = new EnumMap<>(Variant.class);
    boolean noBackground = Folders.name(root.toAbsolutePath().normalize()).contains("nobg");
    for (Variant variant : Variant.values()) {
      boolean itself = noBackground == variant.folder.contains("nobg");
      Map<String, Path> files = files(root.resolve(variant.folder), variant);
      if (files.isEmpty() && itself) {
        files = files(root, variant);
      }
      if (!files.isEmpty()) {
        found.put(variant, files);
      }
    }
    return found;
  }

  private static Map<String, Path> files(Path folder, Variant variant) {
    Map<String, Path> files = new LinkedHashMap<>();
    PREFIXES.forEach(
        (split, prefix) -> {
          Path file = folder.resolve(prefix + variant.suffix);
          if (Files.isRegularFile(file)) {
            files.put(split, file);
          }
        });
    return files;
  }
}
