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
 * The prefix of a network's tensors in a checkpoint, which comes from the network's wrappers
 * ({@code module.}, {@code backbone.}) and from the checkpoint's own keys ({@code
 * state_dict_ema.}).
 *
 * @param prefix of the names of the network that is used; may be empty
 * @param others prefixes of networks of the same kind that are not used
 */
public record WithinFile(String prefix, List<String> others) {
  /** Parts that wrappers insert anywhere in names: {@code torch.compile}, FSDP, checkpointing. */
  private static final Pattern INSERTED =
      Pattern.compile("(?<=^|\\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");

  /** A key of averaged weights: {@code state_dict_ema}, {@code model_ema}, {@code ema}. */
  private static final Pattern AVERAGED =
      Pattern.compile("(?:.*[./])?(?:[^./]+_)?ema(?:_[^./]+)?[./].*");

  /** Averaged networks by the network they average: DINO's and iBOT's, I-JEPA's. */
  private static final Map<String, String> FOLLOWED =
      Map.of("teacher", "student", "target_encoder", "encoder");

  /** Whether a checkpoint's key denotes averaged weights. */
  static boolean isAveraged(String key) {
    return AVERAGED.matcher(key + ".").matches();
  }

  /** The file with wrappers' parts removed from its names. */
  public static WeightFile bare(WeightFile file) {
    if (file.tensors().keySet().stream().noneMatch(name -> INSERTED.matcher(name).find())) {
      return file;
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              String bare = INSERTED.matcher(name).replaceAll("");
              // If two names would become equal, both are kept; both are reported later.
              String own = tensors.containsKey(bare) ? name : bare;
              tensors.put(own, tensor.named(own));
            });
    return new WeightFile(file.path(), file.format(), tensors, file.metadata());
  }

  /**
   * The prefixes of a network's names.
   *
   * @param names of all tensors
   * @param mark suffix of one tensor's name
   * @param own prefixes that are part of the network's own names
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
   * Chooses among several: averaged weights before raw ones, as in timm, a teacher before its
   * student; of nested ones the outer. Empty if that leaves more than one.
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

  /** Names in the file outside this prefix. */
  public List<String> outside(WeightFile file) {
    return file.tensors().keySet().stream().filter(name -> !name.startsWith(prefix)).toList();
  }
}
