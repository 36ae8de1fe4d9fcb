package dev.adapterx.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where in a checkpoint a network's tensors lie: what stands before their names, put there by what
 * the network was wrapped into ({@code module.}, {@code backbone.}) and by the checkpoint's own
 * keys ({@code state_dict_ema.}).
 *
 * @param prefix before the names of the one that is taken; may be empty
 * @param others before the names of the same kind of network that is not taken
 */
public record WithinFile(String prefix, List<String> others) {
  /** Parts of names that wrappers put anywhere: {@code torch.compile}, FSDP, checkpointing. */
  private static final Pattern INSERTED =
      Pattern.compile("(?<=^|\\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");

  /** A key of averaged weights: {@code state_dict_ema}, {@code model_ema}, {@code ema}. */
  private static final Pattern AVERAGED =
      Pattern.compile("(?:.*[./])?(?:[^./]+_)?ema(?:_[^./]+)?[./].*");

  /** Averages by the name of what they follow: DINO's and iBOT's, I-JEPA's. */
  private static final Map<String, String> FOLLOWED =
      Map.of("teacher", "student", "target_encoder", "encoder");

  /** Whether a checkpoint's own key says that its weights are averaged. */
  static boolean isAveraged(String key) {
    return AVERAGED.matcher(key + ".").matches();
  }

  /** A file without the parts of names that have nothing to do with the network. */
  public static WeightFile bare(WeightFile file) {
    if (file.tensors().keySet().stream().noneMatch(name -> INSERTED.matcher(name).find())) {
      return file;
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              String bare = INSERTED.matcher(name).replaceAll("");
              // Two of one name are left apart; both will be complained about.
              String own = tensors.containsKey(bare) ? name : bare;
              tensors.put(own, tensor.named(own));
            });
    return new WeightFile(file.path(), file.format(), tensors, file.metadata());
  }

  /**
   * What stands before a network's names.
   *
   * @param names of all tensors
   * @param mark what one tensor's name ends with
   * @param own prefixes that belong to the network's own names
   */
  public static Set<String> prefixes(
      Collection<String> names, String mark, Collection<String> own) {
    Set<String> found = new LinkedHashSet<>();
    for (String name : names) {
      String before =
          name.endsWith(mark) ? name.substring(0, name.length() - mark.length()) : "no boundary";
      if (before.isEmpty() || before.endsWith(".") || before.endsWith("/")) {
        found.add(before.substring(0, before.length() - longestEnd(before, own)));
      }
    }
    return found;
  }

  private static int longestEnd(String before, Collection<String> own) {
    return own.stream()
        .filter(end -> before.equals(end) || before.endsWith("." + end))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /**
   * Chooses among several: averaged weights before raw ones, as timm does, a teacher before its
   * student; of one inside another the outer. Empty where that leaves more than one.
   */
  public static Optional<WithinFile> chosen(Collection<String> prefixes) {
    List<String> best = prefixes.stream().filter(p -> AVERAGED.matcher(p).matches()).toList();
    if (best.isEmpty()) {
      best = prefixes.stream().filter(p -> isFollower(p, prefixes)).toList();
    }
    Collection<String> pool = best.isEmpty() ? prefixes : best;
    return pool.stream()
        .min(Comparator.comparingInt(String::length))
        .filter(outer -> pool.stream().allMatch(p -> p.startsWith(outer)))
        .map(
            outer -> {
              List<String> others = new ArrayList<>(prefixes);
              others.removeIf(p -> p.startsWith(outer));
              return new WithinFile(outer, others);
            });
  }

  private static boolean isFollower(String prefix, Collection<String> all) {
    return FOLLOWED.entrySet().stream()
        .anyMatch(
            e ->
                hasPart(prefix, e.getKey())
                    && all.stream().anyMatch(other -> hasPart(other, e.getValue())));
  }

  private static boolean hasPart(String prefix, String part) {
    return ("." + prefix).contains("." + part + ".");
  }

  /** Only the network's tensors, under names without the prefix. */
  public WeightFile of(WeightFile file) {
    return prefix.isEmpty() ? file : file.within(prefix);
  }

  /** Names of the file that this leaves out. */
  public List<String> outside(WeightFile file) {
    return file.tensors().keySet().stream().filter(name -> !name.startsWith(prefix)).toList();
  }
}
