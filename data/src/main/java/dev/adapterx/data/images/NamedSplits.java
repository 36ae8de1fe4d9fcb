package dev.adapterx.data.images;

import dev.adapterx.base.MissingSplitException;
import dev.adapterx.base.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The splits of a data set by their names, where users may write them otherwise: {@code val} is
 * also {@code validation}, where that is what the split is called.
 *
 * @param names in order
 */
public record NamedSplits(List<String> names) {
  public NamedSplits {
    names = List.copyOf(names);
  }

  /**
   * The split that plays a role, if there is one that is named so.
   *
   * @param hasSamples whether a split has any; an empty one plays no role
   */
  public Optional<String> of(Layout.Role role, Predicate<String> hasSamples) {
    String wanted =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return names.stream()
        .filter(name -> SplitFolders.canonical(name).equals(Optional.of(wanted)))
        .filter(hasSamples)
        .findFirst();
  }

  /**
   * Whether a training on the data uses a split's targets if nothing else is said: it is learned or
   * chosen by. A test split without any is passed over, as competitions give it out.
   *
   * @param hasSamples as of {@link #of}
   */
  public boolean areTargetsNeeded(String name, Predicate<String> hasSamples) {
    Optional<String> own = Optional.of(name);
    return of(Layout.Role.TRAIN, hasSamples).isPresent()
        ? of(Layout.Role.TRAIN, hasSamples).equals(own)
            || of(Layout.Role.VALIDATION, hasSamples).equals(own)
        : !of(Layout.Role.TEST, hasSamples).equals(own);
  }

  /** The name of a split that a user may have written otherwise; as written where none is meant. */
  public String meant(String written) {
    if (names.contains(written)) {
      return written;
    }
    Optional<String> meant = SplitFolders.canonical(written);
    List<String> same =
        names.stream()
            .filter(name -> meant.isPresent() && SplitFolders.canonical(name).equals(meant))
            .toList();
    return same.size() == 1 ? same.get(0) : written;
  }

  /**
   * That there is none of a name.
   *
   * @param description how the data set was read
   */
  public MissingSplitException missing(Path root, String written, String description) {
    return missing(root, written, description, "");
  }

  MissingSplitException missing(Path root, String written, String description, String advice) {
    return new MissingSplitException(
        root
            + " has no split '"
            + written
            + "'. Read as "
            + description
            + "; existing: "
            + Names.some(names)
            + advice
            + Names.hint(written, names));
  }
}
