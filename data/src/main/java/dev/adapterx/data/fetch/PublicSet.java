package dev.adapterx.data.fetch;

import java.util.List;

/**
 * A public data set, or the part of one that a benchmark uses.
 *
 * @param name as used on the command line: a suite's name, or {@code suite/data-set}
 * @param about a short description
 * @param folder below the folder of all data, where the suites expect it
 * @param members files and folders of a complete copy, below {@code folder}
 * @param parts its archives
 * @param terms under which it may be used, as far as known
 * @param page the publishers' page
 * @param finish what remains to be done once the archives are unpacked
 */
public record PublicSet(
    String name,
    String about,
    String folder,
    List<String> members,
    List<Part> parts,
    String terms,
    String page,
    Finish finish) {
  /** Steps after unpacking. */
  public enum Finish {
    NOTHING,
    /** Moves ShapeNetPart's clouds into a folder per split and class, according to its lists. */
    SHAPE_NET_SPLITS
  }

  public PublicSet {
    members = List.copyOf(members);
    parts = List.copyOf(parts);
  }

  /** Whether the user has to download some of it. */
  public boolean isByHand() {
    return parts.stream().anyMatch(Part::isByHand);
  }

  /** The suite it belongs to. */
  public String suite() {
    return name.split("/", 2)[0];
  }

  /** Its name as a file name. */
  String slug() {
    return name.replace('/', '-');
  }
}
