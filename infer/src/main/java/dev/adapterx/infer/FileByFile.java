package dev.adapterx.infer;

import dev.adapterx.base.DataException;
import dev.adapterx.data.BrokenSample;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Files computed side by side, each by itself; results are returned in the order given. */
public final class FileByFile {
  private record Tried<R>(@Nullable R found, @Nullable BrokenSample broken) {}

  private FileByFile() {}

  /**
   * Works through files.
   *
   * @param work reads and computes a file, in any thread; a {@link DataException} makes it broken
   * @param onFound called for each readable file, in order
   * @param onBroken called for each file that cannot be used, in its place among the others
   * @return how many files were broken
   */
  public static <R> int run(
      List<Path> files,
      Function<Path, R> work,
      Consumer<R> onFound,
      Consumer<BrokenSample> onBroken) {
    int[] broken = {0};
    try (Workers workers = Workers.all()) {
      workers.inOrder(
          files.size(),
          i -> tried(files.get(i), i, work),
          tried -> {
            if (tried.found != null) {
              onFound.accept(tried.found);
            } else if (tried.broken != null) {
              broken[0]++;
              onBroken.accept(tried.broken);
            }
          });
    }
    return broken[0];
  }

  private static <R> Tried<R> tried(Path file, int index, Function<Path, R> work) {
    try {
      return new Tried<>(work.apply(file), null);
    } catch (DataException e) {
      return new Tried<>(
          null, new BrokenSample(index, file.toString(), String.valueOf(e.getMessage())));
    }
  }
}
