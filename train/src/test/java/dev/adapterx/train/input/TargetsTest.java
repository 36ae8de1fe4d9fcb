package dev.adapterx.train.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  private enum Kind {
    NONE,
    TARGET,
    BROKEN
  }

  /** Samples of which each is looked at as often as is counted. */
  private static final class Samples implements Dataset<String> {
    private final List<Kind> kinds;
    final AtomicIntegerArray looks;

    Samples(List<Kind> kinds) {
      this.kinds = kinds;
      this.looks = new AtomicIntegerArray(kinds.size());
    }

    @Override
    public boolean hasTarget(int i) {
      looks.incrementAndGet(i);
      if (kinds.get(i) == Kind.BROKEN) {
        throw new DataException("broken");
      }
      return kinds.get(i) == Kind.TARGET;
    }

    @Override
    public int size() {
      return kinds.size();
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b");
    }

    @Override
    public int label(int i) {
      return 0;
    }

    @Override
    public String name(int i) {
      return "sample " + i;
    }

    @Override
    public String sample(int i) {
      return name(i);
    }
  }

  private static Samples samples(int size, int special, Kind kind, Kind others) {
    return new Samples(
        IntStream.range(0, size).mapToObj(i -> i == special ? kind : others).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 16, 500, 999})
  void one_target_anywhere_is_enough(int place) {
    assertThat(Targets.areMissing(samples(1000, place, Kind.TARGET, Kind.NONE))).isFalse();
    assertThat(Targets.areMissing(samples(1000, place, Kind.TARGET, Kind.BROKEN))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 1000})
  void each_is_looked_at_once_where_none_has_one(int size) {
    Samples none = samples(size, -1, Kind.NONE, Kind.NONE);
    assertThat(Targets.areMissing(none)).isTrue();
    for (int i = 0; i < size; i++) {
      assertThat(none.looks.get(i)).isEqualTo(1);
    }
  }

  @Test
  void a_first_target_ends_the_look() {
    Samples all = samples(1000, -1, Kind.TARGET, Kind.TARGET);
    assertThat(Targets.areMissing(all)).isFalse();
    assertThat(all.looks.get(0)).isEqualTo(1);
    assertThat(all.looks.get(1)).isZero();
  }

  @Test
  void what_cannot_be_read_tells_nothing() {
    assertThat(Targets.areMissing(samples(40, -1, Kind.BROKEN, Kind.BROKEN))).isFalse();
    assertThat(Targets.areMissing(samples(40, 30, Kind.NONE, Kind.BROKEN))).isTrue();
    assertThat(Targets.areMissing(samples(0, -1, Kind.NONE, Kind.NONE))).isFalse();
  }
}
