package dev.adapterx.data.images;

import dev.adapterx.data.ClassNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lists beside the images, as the VTAB-1k dumps have them: {@code train800.txt}, {@code
 * val200.txt}, {@code train800val200.txt}, {@code test.txt} (also {@code train.txt}, {@code
 * val.txt}) with lines {@code images/…/000123.jpg 37} relative to the root. {@code classes.txt}
 * gives names; without it the classes are the numbers up to the largest in any of the lists.
 *
 * <p>Protocol (Zhai et al., "A Large-scale Study of Representation Learning with the Visual Task
 * Adaptation Benchmark", https://arxiv.org/abs/1910.04867): choose hyper-parameters with train800
 * and val200, train once more on train800val200 and measure on the whole of test. Hence the role
 * {@link Layout.Role#TRAIN} is train800val200 where it exists, and then no split plays {@link
 * Layout.Role#VALIDATION}: val200 is part of the former. Name train800 and val200 to tune.
 */
public record VtabLayout(Path root) implements Layout {
  private static final List<String> KNOWN =
      List.of("train800", "val200", "train800val200", "train", "val", "test");

  static boolean recognises(Path root) {
    return KNOWN.stream().anyMatch(split -> Files.isRegularFile(list(root, split)));
  }

  @Override
  public String description() {
    return "VTAB lists (" + String.join(".txt, ", splits()) + ".txt)";
  }

  @Override
  public List<String> splits() {
    return KNOWN.stream().filter(split -> Files.isRegularFile(list(root, split))).toList();
  }

  @Override
  public Optional<String> split(Role role) {
    List<String> candidates =
        switch (role) {
          case TRAIN -> List.of("train800val200", "train800", "train");
          case VALIDATION ->
              splits().contains("train800val200") ? List.<String>of() : List.of("val200", "val");
          case TEST -> List.of("test");
        };
    return candidates.stream().filter(splits()::contains).findFirst();
  }

  @Override
  public FileDataset open(String split) {
    String advice =
        splits().contains("train800val200")
            ? ". Train on train800val200, or tune with train800 and val200"
            : "";
    Path list = list(root, Layout.existing(this, split, advice));
    return ListFile.open(list, root, classes());
  }

  private List<String> classes() {
    Path names = root.resolve("classes.txt");
    if (Files.exists(names)) {
      return ClassNames.read(names);
    }
    List<ListFile.Line> all = new ArrayList<>();
    splits().forEach(split -> all.addAll(ListFile.read(list(root, split))));
    return ClassNames.numbered(ListFile.classCount(all));
  }

  static Path list(Path root, String split) {
    return root.resolve(split + ".txt");
  }
}
