package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * ModelNet40 or 10 as text ({@code modelnet40_normal_resampled}): {@code
 * modelnet40_shape_names.txt}, {@code modelnet40_train.txt} and {@code modelnet40_test.txt} with
 * ids, and {@code <class>/<id>.txt} with lines {@code x,y,z,nx,ny,nz}; the class is the id without
 * its number. The first three columns of all rows are kept, in their order. Each cloud is centred
 * and scaled into the unit sphere; other readers do that after picking 8192 points, here it is done
 * with all of them (Wu et al., "3D ShapeNets", CVPR 2015, https://arxiv.org/abs/1406.5670).
 */
public final class ModelNetText implements PointLayout {
  private static final List<String> KINDS = List.of("modelnet40", "modelnet10");

  private final Path root;
  private final String kind;
  private final Optional<Path> cache;

  private ModelNetText(Path root, String kind, Optional<Path> cache) {
    this.root = root;
    this.kind = kind;
    this.cache = cache;
  }

  static boolean recognises(Path root) {
    return !kinds(root).isEmpty();
  }

  /** The lists selected by {@code variant} or by the folder's name, or the only ones there. */
  static ModelNetText of(Path root, PointData.Options options) {
    List<String> kinds = kinds(root);
    String name = Folders.name(root.toAbsolutePath().normalize()).toLowerCase(Locale.ROOT);
    String wanted = options.variant().map(v -> v.toLowerCase(Locale.ROOT)).orElse("");
    for (String kind : kinds) {
      boolean meant = wanted.isEmpty() && (kinds.size() == 1 || name.contains(kind));
      if (meant || wanted.equals(kind)) {
        return new ModelNetText(root, kind, options.cache());
      }
    }
    throw new DataException(
        wanted.isEmpty()
            ? "%s has the lists of %s. Choose one with variant=%s"
                .formatted(root, String.join(" and of ", kinds), kinds.get(0))
            : "%s has no variant '%s'; there: %s%s"
                .formatted(root, wanted, String.join(", ", kinds), Names.hint(wanted, kinds)));
  }

  @Override
  public Path root() {
    return root;
  }

  /** {@code modelnet40} or {@code modelnet10}. */
  public String kind() {
    return kind;
  }

  @Override
  public String description() {
    return "texts of " + kind;
  }

  @Override
  public boolean unitSphere() {
    return true;
  }

  @Override
  public List<String> splits() {
    return List.of("train", "test").stream().filter(s -> Files.isRegularFile(list(s))).toList();
  }

  @Override
  public PointData open(String split) {
    PointLayout.requireSplit(this, split);
    List<String> classes = ClassNames.read(root.resolve(kind + "_shape_names.txt"));
    List<CloudFiles.Entry> entries = entries(split, classes);
    CloudFiles files = new CloudFiles(entries, classes, Optional.empty());
    if (cache.isPresent()) {
      String place = Fingerprint.of(root.toAbsolutePath().normalize().toString());
      Path file = cache.get().resolve(kind + "-" + split + "-" + place.substring(0, 8) + ".clouds");
      files = files.cached(file);
    }
    return new PointData(this, split, files, List.of());
  }

  private List<CloudFiles.Entry> entries(String split, List<String> classes) {
    Map<String, Integer> labels = new TreeMap<>();
    classes.forEach(name -> labels.put(name, labels.size()));
    List<CloudFiles.Entry> entries = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Path list = list(split);
    TextLines.read(
        list,
        (id, number) -> {
          String name = id.replaceFirst("_\\d+$", "");
          Integer label = labels.get(name);
          if (label == null || name.equals(id)) {
            throw new DataException(
                "%s:%d: expected an id <class>_<number> of one of the %d classes, found '%s'%s"
                    .formatted(list, number, classes.size(), id, Names.hint(name, classes)));
          }
          Path file = root.resolve(name).resolve(id + ".txt");
          if (!Files.isRegularFile(file)) {
            missing.add(name + "/" + id + ".txt (line " + number + ")");
          }
          entries.add(new CloudFiles.Entry(file, name + "/" + id + ".txt", label));
        });
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s: %d of the %d files it names are missing in %s: %s"
              .formatted(list, missing.size(), entries.size(), root, Names.some(missing)));
    }
    if (entries.isEmpty()) {
      throw new DataException(list + " names no cloud; expected one id per line");
    }
    return entries;
  }

  private Path list(String split) {
    return root.resolve(kind + "_" + split + ".txt");
  }

  private static List<String> kinds(Path root) {
    return KINDS.stream()
        .filter(kind -> Files.isRegularFile(root.resolve(kind + "_shape_names.txt")))
        .toList();
  }
}
