package dev.adapterx.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Some samples of a data set, in a given order. */
public final class Subset<S> implements Dataset<S> {
  private final Dataset<S> data;
  private final int[] indices;

  /** The samples {@code indices} of {@code data}. */
  public Subset(Dataset<S> data, int[] indices) {
    this.data = data;
    this.indices = indices.clone();
    for (int index : indices) {
      java.util.Objects.checkIndex(index, data.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public int label(int i) {
    return data.label(indices[i]);
  }

  @Override
  public String name(int i) {
    return data.name(indices[i]);
  }

  @Override
  public S sample(int i) {
    return data.sample(indices[i]);
  }

  @Override
  public long memory(int i) {
    return data.memory(indices[i]);
  }

  @Override
  public List<String> classes() {
    return data.classes();
  }

  @Override
  public Optional<Path> file(int i) {
    return data.file(indices[i]);
  }

  @Override
  public String where(int i) {
    return data.where(indices[i]);
  }

  @Override
  public boolean hasTarget(int i) {
    return data.hasTarget(indices[i]);
  }

  @Override
  public Optional<String> note(int i) {
    return data.note(indices[i]);
  }
}
