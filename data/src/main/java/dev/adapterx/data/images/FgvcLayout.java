package dev.adapterx.data.images;

import dev.adapterx.data.ClassNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits in JSON beside the images, as published by Visual Prompt Tuning for fine-grained data sets
 * (Jia et al., ECCV 2022, https://arxiv.org/abs/2203.12119): {@code train.json}, {@code val.json}
 * and {@code test.json}, each {@code {"path of an image": number of its class, …}}. Paths are
 * relative to {@code images} (CUB-200-2011, NABirds), {@code Images} (Stanford Dogs) or the root
 * (Oxford Flowers, Stanford Cars): the first of them with the images.
 *
 * <p>Labels are the places of the classes' numbers among all that occur. The reference numbers each
 * split for itself, which is the same while none lacks a class, and shifts labels where one does.
 * Classes are called by their numbers, or as {@code classes.txt} says if it has a line for each.
 */
public record FgvcLayout(Path root) implements Layout {
  private static final List<String> KNOWN = List.of("train", "val", "test");

  /** Folders of splits take precedence over JSON beside them. */
  static boolean recognises(Path root) {
    boolean lists =
        List.of("train", "test").stream().anyMatch(s -> Files.isRegularFile(list(root, s)));
    return lists && !SplitFolders.recognises(root);
  }

  @Override
  public String description() {
    return "JSON lists (" + String.join(".json, ", splits()) + ".json)";
  }

  @Override
  public List<String> splits() {
    return KNOWN.stream().filter(split -> Files.isRegularFile(list(root, split))).toList();
  }

  @Override
  public Optional<String> split(Role role) {
    String name =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return Optional.of(name).filter(splits()::contains);
  }

  @Override
  public FileDataset open(String split) {
    Path list = list(root, Layout.existing(this, split, ""));
    List<JsonLists.Entry> entries = JsonLists.read(list);
    List<List<JsonLists.Entry>> all = new ArrayList<>();
    splits().forEach(name -> all.add(JsonLists.read(list(root, name))));
    List<Integer> ids = JsonLists.ids(all);
    List<ListFile.Line> lines = JsonLists.lines(entries, ids);
    return ListFile.open(list, lines, images(list, lines), classes(ids));
  }

  private Path images(Path list, List<ListFile.Line> lines) {
    List<Path> candidates = List.of(root.resolve("images"), root.resolve("Images"), root);
    return ListFile.folder(list, lines, candidates);
  }

  private List<String> classes(List<Integer> ids) {
    Path names = root.resolve("classes.txt");
    // NABirds' file of that name lists a tree of groups, most of which have no pictures.
    List<String> given = Files.isRegularFile(names) ? ClassNames.read(names) : List.of();
    return given.size() == ids.size() ? given : ids.stream().map(String::valueOf).toList();
  }

  static Path list(Path root, String split) {
    return root.resolve(split + ".json");
  }
}
