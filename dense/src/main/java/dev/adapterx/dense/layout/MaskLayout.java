package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.NamedSplits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a folder holds pictures and masks: where its splits are, and what the values of masks mean.
 * Recognised are PASCAL VOC, ADE20K (SceneParsing), Cityscapes, CamVid, Oxford-IIIT Pet,
 * COCO-Stuff, COCO's panoptic masks, and folders of one's own: pictures and masks in two folders,
 * per split or with lists.
 */
public final class MaskLayout {
  /** What is usual for pixels that have no class. */
  static final int USUALLY_IGNORED = 255;

  private static final List<MaskFinder> KNOWN =
      List.of(
          new VocMasks(),
          new CityscapesMasks(),
          new AdeMasks(),
          new CamVidMasks(),
          new PetMasks(),
          new StuffMasks(),
          new PanopticMasks(),
          new FolderMasks());

  /**
   * What a user says of masks.
   *
   * @param classes names in the order of the masks' values, instead of a file's; absent: the file's
   * @param ignore values of pixels without a class, instead of the usual ones; absent: those
   */
  public record Options(@Nullable List<String> classes, @Nullable List<Integer> ignore) {
    /** Nothing is said. */
    public static Options none() {
      return new Options(null, null);
    }
  }

  private final Path root;
  private final MaskSplits found;
  private final MaskCode code;

  private MaskLayout(Path root, MaskSplits found, MaskCode code) {
    this.root = root;
    this.found = found;
    this.code = code;
  }

  /** Whether a folder holds pictures with masks, by the names of what lies in it. */
  public static boolean recognises(Path root) {
    return Files.isDirectory(root) && KNOWN.stream().anyMatch(finder -> finder.matches(root));
  }

  /**
   * Finds the layout of a folder. Where no file names the classes all masks are read once.
   *
   * @throws DataException when there is none, or it is not in order
   */
  public static MaskLayout of(Path root, Options options) {
    Folders.requireFolder(root);
    MaskFinder finder =
        KNOWN.stream()
            .filter(known -> known.matches(root))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        root
                            + " holds no pictures with masks. Expected folders images and masks"
                            + " with files of the same names, one pair for each split or lists"
                            + " train.txt and test.txt beside them; or VOC, ADE20K, Cityscapes,"
                            + " CamVid, Oxford-IIIT Pet, COCO-Stuff or COCO panoptic"));
    MaskSplits found = finder.find(root);
    if (found.splits().values().stream().allMatch(pairs -> pairs.found().isEmpty())) {
      throw new DataException(
          root
              + ", read as "
              + found.description()
              + ", has no picture with a mask of its name"
              + String.join("", found.splits().values().stream().map(Pairs::note).toList()));
    }
    List<Pair> all =
        found.splits().values().stream().flatMap(pairs -> pairs.found().stream()).toList();
    List<String> names = options.classes();
    MaskCode told = names == null ? found.code() : ClassTable.coded(names, Set.of(USUALLY_IGNORED));
    MaskCode code =
        CamVidMasks.painted(
            told == null ? MaskScan.inferred(root, all) : MaskScan.binary(told, all));
    return new MaskLayout(
        root,
        found,
        options.ignore() == null ? code : code.ignoring(new HashSet<>(options.ignore())));
  }

  /** The folder. */
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

  /** What masks' values mean. */
  public MaskCode code() {
    return code;
  }

  /** Whether they are pictures of the user's own, not a published benchmark's. */
  public boolean photographs() {
    return found.photographs();
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
   * @throws DataException when there is none of that name, or it has no picture with a mask
   */
  public MaskDataset open(String split) {
    Pairs pairs = found.splits().get(names().meant(split));
    if (pairs == null) {
      throw names().missing(root, split, description());
    }
    if (pairs.found().isEmpty()) {
      throw new DataException(
          "%s: the split '%s' has no picture with a mask%s".formatted(root, split, pairs.note()));
    }
    return new MaskDataset(pairs.found(), code, false);
  }

  /** Pictures without a mask and masks without a picture, a line for each kind. */
  public List<String> leftOut(String split) {
    Pairs pairs = found.splits().get(names().meant(split));
    return pairs == null ? List.of() : pairs.leftOut();
  }

  private NamedSplits names() {
    return new NamedSplits(splits());
  }

  private boolean hasSamples(String name) {
    Pairs split = found.splits().get(name);
    return split != null && !split.found().isEmpty();
  }

  /** How a split was found, and what of it was left out. */
  public String description(String split) {
    Pairs pairs = found.splits().get(names().meant(split));
    return description()
        + ", split '"
        + split
        + "'"
        + (pairs == null
            ? ""
            : ": %d %s%s"
                .formatted(
                    pairs.found().size(),
                    pairs.found().size() == 1 ? "picture" : "pictures",
                    pairs.note()));
  }
}
