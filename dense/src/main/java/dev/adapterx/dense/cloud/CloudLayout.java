package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.NamedSplits;
import dev.adapterx.data.images.PlainFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a place holds clouds whose points have classes: where its splits are, and what values mean.
 * Recognised are ShapeNetPart as it is published in two forms, HDF5 with labels of points, S3DIS,
 * SemanticKITTI, Toronto-3D, LAS, and folders of one's own.
 */
public final class CloudLayout {
  private static final List<CloudFinder> KNOWN =
      List.of(
          new ShapeNetParts(), new H5Parts(), new S3disRooms(), new KittiScans(), new OwnClouds());

  /**
   * What a user says of labels.
   *
   * @param classes names in the order of the values from 0, instead of a file's; absent: the file's
   * @param ignore values of points without a class, instead of the usual ones; absent: those
   * @param label the property, field, column or dataset with the labels; absent: found
   */
  public record Options(
      @Nullable List<String> classes, @Nullable List<Integer> ignore, @Nullable String label) {
    /** Nothing is said. */
    public static Options none() {
      return new Options(null, null, null);
    }
  }

  private final Path root;
  private final CloudSplits found;
  private final CloudCode code;

  private CloudLayout(Path root, CloudSplits found, CloudCode code) {
    this.root = root;
    this.found = found;
    this.code = code;
  }

  /** Whether a place holds clouds whose points have classes, by names and headers. */
  public static boolean recognises(Path root) {
    return Files.exists(root)
        && KNOWN.stream().anyMatch(finder -> finder.matches(root, Options.none()));
  }

  /**
   * Finds the layout of a place. Where nothing says what values mean all labels are read once.
   *
   * @throws DataException when there is none, or it is not in order
   */
  public static CloudLayout of(Path root, Options options) {
    if (!Files.exists(root)) {
      throw new DataException("No such folder: " + root);
    }
    CloudFinder finder =
        KNOWN.stream()
            .filter(known -> known.matches(root, options))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        root
                            + " holds no clouds whose points have labels. Expected clouds with a"
                            + " property or column 'label' or 'class', or a file NAME.labels.npy,"
                            + " NAME.labels.txt or NAME.seg beside each; HDF5 with a dataset pid or"
                            + " seg of one label a point; ShapeNetPart, S3DIS or SemanticKITTI. If"
                            + " the labels are called otherwise, name them by data.parts.label"));
    CloudSplits found = finder.find(root, options);
    if (found.splits().values().stream().allMatch(List::isEmpty)) {
      throw new DataException(
          "%s, read as %s, has no cloud with labels%s"
              .formatted(root, found.description(), note(found.left())));
    }
    CloudCode known = options.classes() == null ? found.code() : told(found, options.classes());
    List<CloudEntry> all = found.splits().values().stream().flatMap(List::stream).toList();
    CloudCode code =
        known == null || known.classes().isEmpty() ? CloudScan.inferred(root, all) : known;
    if (code.categories().isEmpty()) {
      code = CloudScan.withCategories(code, all);
    }
    return new CloudLayout(
        root,
        found,
        options.ignore() == null ? code : code.ignoring(new HashSet<>(options.ignore())));
  }

  private static CloudCode told(CloudSplits found, List<String> names) {
    CloudCode code = CloudCode.named(names);
    return found.code() == null || found.code().classes().size() != code.classes().size()
        ? code
        : code.of(found.code().categories());
  }

  private static String note(List<String> left) {
    return left.isEmpty() ? "" : ". Left out: " + Names.some(left);
  }

  /** The place. */
  public Path root() {
    return root;
  }

  /** In words, for messages and reports. */
  public String description() {
    return found.description();
  }

  /** Names of the splits that exist. */
  public List<String> splits() {
    return List.copyOf(found.splits().keySet());
  }

  /** What values mean. */
  public CloudCode code() {
    return code;
  }

  /** Side of the columns that these scenes are usually seen through; 0: objects, seen whole. */
  public double block() {
    return found.block();
  }

  /** What was left out, in words. */
  public List<String> left() {
    return found.left();
  }

  /** The split that plays a role, if there is one that is named so. */
  public Optional<String> split(Layout.Role role) {
    return names().of(role, this::hasSamples);
  }

  /** Whether a training uses a split's targets if nothing else is said. */
  boolean areTargetsNeeded(String name) {
    return names().areTargetsNeeded(name, this::hasSamples);
  }

  /**
   * Opens a split.
   *
   * @throws DataException when there is none of that name, or it has no cloud with labels
   */
  public LabelledClouds open(String split) {
    List<CloudEntry> entries = found.splits().get(names().meant(split));
    if (entries == null) {
      throw names().missing(root, split, description());
    }
    if (entries.isEmpty()) {
      throw new DataException(
          "%s: the split '%s' has no cloud with labels%s"
              .formatted(root, split, note(found.left())));
    }
    return new LabelledClouds(entries, code);
  }

  private NamedSplits names() {
    return new NamedSplits(splits());
  }

  private boolean hasSamples(String name) {
    List<CloudEntry> split = found.splits().get(name);
    return split != null && !split.isEmpty();
  }

  /** Whether all is one split. */
  public boolean undivided() {
    return splits().equals(List.of(PlainFolder.ALL));
  }

  /** How a split was found, and what of the data was left out. */
  public String description(String split) {
    List<CloudEntry> entries = found.splits().get(names().meant(split));
    return description()
        + ", split '"
        + split
        + "'"
        + (entries == null
            ? ""
            : ": " + entries.size() + (entries.size() == 1 ? " cloud" : " clouds"))
        + note(found.left());
  }
}
