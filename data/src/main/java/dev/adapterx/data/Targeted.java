package dev.adapterx.data;

import dev.adapterx.base.Rng;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline for samples with a target that no transform changes: tags, a number, a text.
 * Transforms that mix samples are left out, since they would have to mix targets too.
 *
 * @param inputs the pipeline of the input
 */
public record Targeted<S, T>(Pipeline<S> inputs) implements Pipeline<Sample<S, T>> {
  @Override
  public int values() {
    return inputs.values();
  }

  @Override
  public int values(Sample<S, T> sample) {
    return inputs.values(sample.input());
  }

  @Override
  public Transform<Sample<S, T>> geometry() {
    return of(inputs.geometry());
  }

  @Override
  public @Nullable Transform<Sample<S, T>> augment() {
    Transform<S> augment = inputs.augment();
    return augment == null ? null : of(augment);
  }

  private static <S, T> Transform<Sample<S, T>> of(Transform<S> transform) {
    return (Sample<S, T> sample, Rng rng) ->
        new Sample<>(transform.apply(sample.input(), rng), sample.target());
  }

  @Override
  public @Nullable BatchTransform mix() {
    return null;
  }

  @Override
  public void requireFinished(Sample<S, T> sample, String where) {
    inputs.requireFinished(sample.input(), where);
  }

  @Override
  public void write(Sample<S, T> sample, float[] into, int offset) {
    inputs.write(sample.input(), into, offset);
  }

  @Override
  public Object target(Sample<S, T> sample, int label) {
    return sample.target();
  }

  @Override
  public String size(Sample<S, T> sample) {
    return inputs.size(sample.input());
  }

  @Override
  public long bytes(Sample<S, T> sample) {
    return inputs.bytes(sample.input());
  }
}
