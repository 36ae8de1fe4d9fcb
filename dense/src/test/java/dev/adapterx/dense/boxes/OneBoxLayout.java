package dev.adapterx.dense.boxes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** As a jar of one's own would add it: {@code one-box.txt} marks all of {@code a.png}. */
public final class OneBoxLayout implements BoxLayoutKind {
  @Override
  public String name() {
    return "one-box";
  }

  @Override
  public boolean matches(Path root) {
    return Files.isRegularFile(root.resolve("one-box.txt"));
  }

  @Override
  public BoxSplits find(Path root) {
    Marked mark = Marked.pixels(0, 0, Written.WIDTH, Written.HEIGHT, "all", "one-box.txt:1");
    Annotated picture = new Annotated(root.resolve("a.png"), "a.png", 0, 0, List.of(mark), null);
    return new BoxSplits(
        "one box",
        Map.of("train", new BoxSplits.Split(List.of(picture), List.of(), List.of(), List.of())),
        List.of("all"),
        false,
        false);
  }
}
