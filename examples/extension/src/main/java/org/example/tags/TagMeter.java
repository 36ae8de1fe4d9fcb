package org.example.tags;

import dev.adapterx.task.Meter;
import dev.adapterx.task.Scores;
import java.util.Arrays;
import java.util.List;

/** Counts tag by tag. */
final class TagMeter implements Meter<TagSet, float[]> {
  private static final double LEAST = 1e-7; // of a probability whose logarithm is taken

  private final int[] found;
  private final int[] missed;
  private final int[] wrong;
  private double loss;
  private int samples;

  TagMeter(int tags) {
    found = new int[tags];
    missed = new int[tags];
    wrong = new int[tags];
  }

  @Override
  public void add(int index, TagSet target, float[] probabilities) {
    double sum = 0;
    for (int c = 0; c < found.length; c++) {
      boolean there = target.tags().contains(c);
      boolean said = probabilities[c] >= 0.5;
      found[c] += there && said ? 1 : 0;
      missed[c] += there && !said ? 1 : 0;
      wrong[c] += !there && said ? 1 : 0;
      sum -= Math.log(Math.max(LEAST, there ? probabilities[c] : 1.0 - probabilities[c]));
    }
    loss += sum / found.length;
    samples++;
  }

  @Override
  public Scores result(double seconds) {
    return new TagScores(list(found), list(missed), list(wrong), loss / samples, seconds);
  }

  private static List<Integer> list(int[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }
}
