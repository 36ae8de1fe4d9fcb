package dev.adapterx.tensor;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * Tensors by name, in order, viewed from a place inside the tree of names: {@code
 * at("blocks.3").get("norm1.weight")}. The root owns the tensors and frees them when closed; a view
 * owns nothing.
 */
public final class NamedTensors implements AutoCloseable {
  private final Map<String, Tensor> all;
  private final String prefix;

  private NamedTensors(Map<String, Tensor> all, String prefix) {
    this.all = all;
    this.prefix = prefix;
  }

  /** Takes ownership of the tensors. */
  public static NamedTensors of(Map<String, Tensor> tensors) {
    return new NamedTensors(Collections.unmodifiableMap(new LinkedHashMap<>(tensors)), "");
  }

  /** No tensors. */
  public static NamedTensors none() {
    return of(Map.of());
  }

  /** The tensors below a place. */
  public NamedTensors at(String place) {
    return new NamedTensors(all, prefix + place + ".");
  }

  /** The place of this view: {@code "blocks.3"}, or empty at the root. */
  public String place() {
    return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
  }

  /**
   * The tensor of a name.
   *
   * @throws CheckpointException with the nearest name when there is none
   */
  public Tensor get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "There is no tensor '"
                        + prefix
                        + name
                        + "'"
                        + Names.hint(prefix + name, all.keySet())));
  }

  /** The tensor of a name, if there is one. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(all.get(prefix + name));
  }

  /** Whether there is a tensor at or below a name. */
  public boolean has(String name) {
    String place = prefix + name;
    return all.keySet().stream().anyMatch(k -> k.equals(place) || k.startsWith(place + "."));
  }

  /** Names relative to this place, in order. */
  public List<String> names() {
    return all.keySet().stream()
        .filter(k -> k.startsWith(prefix))
        .map(k -> k.substring(prefix.length()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Visits the tensors of this view, in order. */
  public void forEach(BiConsumer<String, Tensor> visitor) {
    names().forEach(name -> visitor.accept(name, get(name)));
  }

  /** A root with these tensors followed by the others, each under its name in its view. */
  public NamedTensors and(NamedTensors others) {
    Map<String, Tensor> both = new LinkedHashMap<>();
    forEach(both::put);
    others.forEach(both::put);
    return of(both);
  }

  /** The number of elements of all tensors in this view. */
  public long elements() {
    return names().stream().mapToLong(name -> get(name).numel()).sum();
  }

  @Override
  public void close() {
    if (prefix.isEmpty()) {
      all.values().forEach(Tensor::close);
    }
  }
}
