package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lists beside the images, as the VTAB-1k dumps have them: {@code train800.txt}, {@code
 * val200.txt}, {@code train800val200.txt}, {@code test.txt} (also {@code train.txt}, {@code
 * val.txt}) with lines {@code images/…/000123.jpg 37} relative to the root, and every other text
 * whose lines are such, by its name: {@code train5.txt} is the split {@code train5}. {@code
 * classes.txt} gives names; without it the classes are the numbers up to the largest in any of the
 * lists.
 *
 * <p>Protocol (Zhai et al., "A Large-scale Study of Representation Learning with the Visual Task
 * Adaptation Benchmark", https://arxiv.org/abs/1910.04867): choose hyper-parameters with train800
 * and val200, train once more on train800val200 and measure on the whole of test. Hence the role
 * {@link Layout.Role#TRAIN} is train800val200 where it exists, and then no split plays {@link
 * Layout.Role#VALIDATION}: val200 is part of the former, as of every list named like {@code
 * trainval}. Name train800 and val200 to tune. Of lists with other names, the only one that begins
 * with {@code train}, {@code val} or {@code test} plays that role.
 */
public final class VtabLayout implements Layout {
  private static final List<String> KNOWN =
      List.of("train800", "val200", "train800val200", "train", "val", "test");

  private final Path root;
  private final List<String> splits;
  private final Map<String, String> leftOut;

  /** Reads the names of a folder's lists, and those lists that have names of their own. */
  public VtabLayout(Path root) {
    this.root = root;
    Texts own = Texts.of(root, KNOWN);
    Set<String> all = new LinkedHashSet<>();
    KNOWN.stream().filter(split -> Files.isRegularFile(list(root, split))).forEach(all::add);
    all.addAll(own.lists());
    this.splits = List.copyOf(all);
    this.leftOut = own.leftOut();
  }

  static boolean recognises(Path root) {
    return KNOWN.stream().anyMatch(split -> Files.isRegularFile(list(root, split)));
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    return "VTAB lists ("
        + String.join(".txt, ", splits)
        + ".txt"
        + (leftOut.isEmpty()
            ? ""
            : leftOut.keySet().stream()
                .map(this::told)
                .collect(Collectors.joining(", ", "; no lists of 'path label': ", "")))
        + ")";
  }

  /** Of a text that is called like a split, why it is none. */
  private String told(String name) {
    return name + ".txt" + (hasRole(name) ? " (" + leftOut.get(name) + ")" : "");
  }

  @Override
  public List<String> splits() {
    return splits;
  }

  @Override
  public Optional<String> split(Role role) {
    if (role == Role.VALIDATION && split(Role.TRAIN).filter(VtabLayout::isOfBoth).isPresent()) {
      return Optional.empty(); // it is a part of what is trained on
    }
    List<String> candidates =
        switch (role) {
          case TRAIN -> List.of("train800val200", "train800", "train");
          case VALIDATION -> List.of("val200", "val");
          case TEST -> List.of("test");
        };
    Optional<String> known = candidates.stream().filter(splits::contains).findFirst();
    return known.isPresent() ? known : only(role);
  }

  /** The one list with a name like the role's. */
  private Optional<String> only(Role role) {
    String word =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    List<String> named = splits.stream().filter(split -> split.startsWith(word)).toList();
    return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
  }

  /** A list of training and validation samples, such as {@code trainval}. */
  private static boolean isOfBoth(String split) {
    return split.startsWith("train") && split.contains("val");
  }

  @Override
  public FileDataset open(String split) {
    String advice =
        splits.contains("train800val200")
            ? ". Train on train800val200, or tune with train800 and val200"
            : "";
    String reason = leftOut.get(split);
    String said = reason == null ? advice : advice + " (" + reason + ")";
    Path list = list(root, Layout.existing(this, split, said));
    return ListFile.open(list, root, classes(split));
  }

  private List<String> classes(String opened) {
    Path names = root.resolve("classes.txt");
    if (Files.exists(names)) {
      return ClassNames.read(names);
    }
    List<ListFile.Line> all = new ArrayList<>();
    splits.stream()
        .filter(split -> split.equals(opened) || isOfSplit(split))
        .forEach(split -> all.addAll(ListFile.read(list(root, split))));
    return ClassNames.numbered(ListFile.classCount(all));
  }

  /** By its name; numbers in a list of something else, such as sizes, must add no classes. */
  private boolean isOfSplit(String split) {
    return hasRole(split) || splits.stream().noneMatch(VtabLayout::hasRole);
  }

  private static boolean hasRole(String split) {
    return List.of("train", "val", "test").stream().anyMatch(split::startsWith);
  }

  static Path list(Path root, String split) {
    return root.resolve(split + ".txt");
  }

  /**
   * The texts beside the images of a data set that are lists of {@code path label}, whatever they
   * are called; {@code README.txt}, {@code classes.txt} and the like are never.
   *
   * @param lists their names without the ending, sorted
   * @param leftOut names of the other texts, sorted, each with the reason
   */
  record Texts(List<String> lists, Map<String, String> leftOut) {
    /** A folder of more texts is one of captions or labels, not of lists. */
    private static final int MOST = 100;

    private static final String ENDING = ".txt";

    private static final Pattern PROSE =
        Pattern.compile(
            "(readme|license|licence|copying|notice|changelog|classes)([^a-z0-9].*)?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    Texts {
      lists = List.copyOf(lists);
      leftOut = new TreeMap<>(leftOut);
    }

    /**
     * Reads a folder's texts.
     *
     * @param known names of lists that are not looked into
     */
    static Texts of(Path root, List<String> known) {
      List<String> lists = new ArrayList<>();
      Map<String, String> leftOut = new TreeMap<>();
      List<Path> texts = texts(root);
      if (texts.size() > MOST) {
        String reason = "more than %d texts are captions or labels of pictures, not lists";
        return new Texts(List.of(), Map.of("*", reason.formatted(MOST)));
      }
      for (Path text : texts) {
        String name = Folders.name(text);
        name = name.substring(0, name.length() - ENDING.length());
        if (known.contains(name) || PROSE.matcher(name).matches()) {
          continue;
        }
        try {
          ListFile.requireImages(text);
          lists.add(name);
        } catch (DataException e) {
          if (hasRole(name) && ListFile.beginsWithImage(text)) {
            lists.add(name); // a list with a fault, which is told where it is read
            continue;
          }
          leftOut.put(name, String.valueOf(e.getMessage()));
        }
      }
      lists.sort(null);
      return new Texts(lists, leftOut);
    }

    private static List<Path> texts(Path root) {
      List<Path> texts = new ArrayList<>();
      try (DirectoryStream<Path> found = Files.newDirectoryStream(root, "*" + ENDING)) {
        for (Path text : found) {
          if (Files.isRegularFile(text) && !Folders.name(text).startsWith(".")) {
            texts.add(text);
          }
          if (texts.size() > MOST) {
            return texts;
          }
        }
      } catch (IOException e) {
        throw new DataException("Could not list " + root + ": " + Reason.of(e), e);
      }
      return texts;
    }
  }
}
