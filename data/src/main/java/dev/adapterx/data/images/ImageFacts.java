package dev.adapterx.data.images;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.Spread;
import dev.adapterx.data.check.Repeats;
import dev.adapterx.data.check.SplitFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Statistics of a split of a data set of images.
 *
 * @param samples number of images, including repeated ones
 * @param classCounts number of images of each class; the position is the label
 * @param width in pixels, of the images that are not broken; likewise {@code height}
 * @param sizes number of different width x height
 * @param formats file format, determined by content, to number of images
 * @param modes colour mode to number of images
 * @param bytes of all files
 * @param repeated images with the same bytes as an earlier one of the split
 * @param conflicting those of {@code repeated} that have another label
 * @param ignored files in the folder that are not read as images
 * @param broken images that cannot be decoded
 * @param fingerprint see {@link Fingerprint}
 */
public record ImageFacts(
    String name,
    int samples,
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
    String fingerprint)
    implements SplitFacts {

  static ImageFacts of(String name, FileDataset data, IntFunction<FileFacts> facts) {
    List<BrokenSample> broken = new ArrayList<>();
    List<FileFacts> sound = new ArrayList<>();
    Set<Long> sizes = new HashSet<>();
    long bytes = 0;
    for (int i = 0; i < data.size(); i++) {
      FileFacts file = facts.apply(i);
      bytes += file.bytes();
      if (file.broken() == null) {
        sound.add(file);
        sizes.add((long) file.width() << 32 | file.height());
      } else {
        broken.add(new BrokenSample(i, data.where(i), file.broken()));
      }
    }
    Repeats repeats =
        Repeats.of(data.size(), i -> Optional.of(facts.apply(i).content()), data::label);
    return new ImageFacts(
        name,
        data.size(),
        SplitFacts.classCounts(data),
        Spread.of(sound.stream().mapToInt(FileFacts::width).toArray()),
        Spread.of(sound.stream().mapToInt(FileFacts::height).toArray()),
        sizes.size(),
        count(sound, FileFacts::format),
        count(sound, FileFacts::mode),
        bytes,
        repeats.repeated(),
        repeats.conflicting(),
        data.ignored(),
        List.copyOf(broken),
        Fingerprint.of(data));
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("images", samples);
    json.put("class_counts", classCounts);
    json.put("width", width.json());
    json.put("height", height.json());
    json.put("sizes", sizes);
    json.put("formats", formats);
    json.put("modes", modes);
    json.put("bytes", bytes);
    json.put("repeated", repeated);
    json.put("conflicting", conflicting);
    json.put("ignored", ignored);
    json.put("broken", broken.stream().map(BrokenSample::json).toList());
    json.put("fingerprint", fingerprint);
    return json;
  }

  private static Map<String, Integer> count(
      List<FileFacts> files, Function<FileFacts, String> property) {
    Map<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(property.apply(file), 1, Integer::sum));
    return counts;
  }
}
