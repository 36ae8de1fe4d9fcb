package dev.adapterx.data.images;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a split of a data set consists of.
 *
 * @param name of the split
 * @param images samples, repeated ones included
 * @param classCounts number of samples of each class; the position is the label
 * @param width in pixels, of the images that are not broken; likewise {@code height}
 * @param sizes number of different width x height
 * @param formats format, by content, to number of images
 * @param modes colour mode to number of images
 * @param bytes of all files
 * @param repeated samples with the same bytes as one before them in the split
 * @param conflicting those of {@code repeated} that have another label
 * @param ignored files in the folder that are not read as images
 * @param broken images that cannot be decoded
 * @param fingerprint see {@link Fingerprint}
 */
public record SplitFacts(
    String name,
    int images,
    List<Integer> classCounts,
    Spread width,
    Spread height,
    int sizes,
    Map<String, Integer> formats,
    Map<String, Integer> modes,
    long bytes,
    int repeated,
    int conflicting,
    int ignored,
    List<BrokenSample> broken,
    String fingerprint) {

  static SplitFacts of(String name, FileDataset data, Function<Integer, FileFacts> facts) {
    List<BrokenSample> broken = new ArrayList<>();
    List<FileFacts> sound = new ArrayList<>();
    Set<Long> sizes = new HashSet<>();
    Map<String, Integer> labelOf = new HashMap<>();
    long bytes = 0;
    int repeated = 0;
    int conflicting = 0;
    for (int i = 0; i < data.size(); i++) {
      FileFacts file = facts.apply(i);
      bytes += file.bytes();
      Integer before = labelOf.putIfAbsent(file.sha256(), data.label(i));
      repeated += before == null ? 0 : 1;
      conflicting += before == null || before == data.label(i) ? 0 : 1;
      if (file.broken() == null) {
        sound.add(file);
        sizes.add((long) file.width() << 32 | file.height());
      } else {
        broken.add(new BrokenSample(i, data.where(i), file.broken()));
      }
    }
    return new SplitFacts(
        name,
        data.size(),
        classCounts(data),
        Spread.of(sound.stream().mapToInt(FileFacts::width).toArray()),
        Spread.of(sound.stream().mapToInt(FileFacts::height).toArray()),
        sizes.size(),
        count(sound, FileFacts::format),
        count(sound, FileFacts::mode),
        bytes,
        repeated,
        conflicting,
        data.ignored(),
        List.copyOf(broken),
        Fingerprint.of(data));
  }

  private static List<Integer> classCounts(Dataset<?> data) {
    int[] counts = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) >= 0) {
        counts[data.label(i)]++;
      }
    }
    return java.util.Arrays.stream(counts).boxed().toList();
  }

  private static Map<String, Integer> count(
      List<FileFacts> files, Function<FileFacts, String> property) {
    Map<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(property.apply(file), 1, Integer::sum));
    return counts;
  }
}
