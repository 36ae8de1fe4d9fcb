package dev.adapterx.data.fetch;

import java.util.List;

/**
 * A public data set, or what a benchmark takes of one.
 *
 * @param name as people ask for it: a suite's name, or {@code suite/data-set}
 * @param about what it is, in a few words
 * @param folder below the folder of all data, as the suites look for it
 * @param members files and folders that a whole copy has, below {@code folder}
 * @param parts archives it is made of
 * @param terms under which it may be used, as far as known
 * @param page where its publishers say more
 * @param finish what is left to do once the archives are unpacked
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
  /** What an archive's own order lacks. */
  public enum Finish {
    NOTHING,
    /** Clouds of ShapeNetPart go into a folder per split and class, as its lists say. */
    SHAPE_NET_SPLITS
  }

  public PublicSet {
    members = List.copyOf(members);
    parts = List.copyOf(parts);
  }

  /** Whether a person has to get some of it. */
  public boolean isByHand() {
    return parts.stream().anyMatch(Part::isByHand);
  }

  /** The suite it belongs to. */
  public String suite() {
    return name.split("/", 2)[0];
  }

  /** Its name as a file's. */
  String slug() {
    return name.replace('/', '-');
  }
}
