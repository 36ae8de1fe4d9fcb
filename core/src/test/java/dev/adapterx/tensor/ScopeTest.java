package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void frees_what_was_made_inside_it() {
    Tensor made;
    try (Scope scope = Scope.open()) {
      made = Init.zeros(3);
      assertThat(made.isNull()).isFalse();
    }
    assertThat(made.isNull()).isTrue();
  }

  @Test
  void frees_also_when_work_fails() {
    Tensor[] made = new Tensor[1];
    assertThatThrownBy(
            () -> {
              try (Scope scope = Scope.open()) {
                made[0] = Init.zeros(3);
                throw new IllegalStateException("work failed");
              }
            })
        .hasMessage("work failed");
    assertThat(made[0].isNull()).isTrue();
  }

  @Test
  void keeps_what_it_is_told_to() {
    Tensor kept;
    try (Scope scope = Scope.open()) {
      kept = scope.keep(Init.constant(2, 3));
    }
    assertThat(Tensors.floats(kept)).containsExactly(2, 2, 2);
    kept.close();
    assertThat(kept.isNull()).isTrue();
  }

  @Test
  void an_inner_scope_frees_its_own_alone() {
    try (Scope outer = Scope.open()) {
      Tensor before = Init.constant(1, 2);
      Tensor inside;
      Tensor kept;
      try (Scope inner = Scope.open()) {
        inside = Init.constant(2, 2);
        kept = inner.keep(before.add(inside));
      }
      Tensor after = Init.constant(4, 2);

      assertThat(inside.isNull()).isTrue();
      assertThat(Tensors.floats(before)).containsExactly(1, 1);
      assertThat(Tensors.floats(kept)).containsExactly(3, 3);
      assertThat(Tensors.floats(after)).containsExactly(4, 4);
      kept.close();
    }
  }

  @Test
  void keeping_what_an_outer_scope_owns_leaves_it_there() {
    Tensor outside;
    try (Scope outer = Scope.open()) {
      outside = Init.constant(5, 1);
      try (Scope inner = Scope.open()) {
        inner.keep(outside);
      }
      assertThat(Tensors.floats(outside)).containsExactly(5);
    }
    assertThat(outside.isNull()).isTrue();
  }

  @Test
  void of_a_part_only_the_result_stays() {
    Tensor[] made = new Tensor[1];
    Tensor result;
    try (Scope outer = Scope.open()) {
      Tensor x = Init.constant(2, 3);
      result =
          Scope.within(
              () -> {
                made[0] = x.add(x);
                return made[0].square();
              });
      assertThat(made[0].isNull()).isTrue();
      assertThat(Tensors.floats(result)).containsExactly(16, 16, 16);
      assertThat(Scope.within(() -> x)).isSameAs(x);
      assertThat(Tensors.floats(x)).containsExactly(2, 2, 2);
    }
    assertThat(result.isNull()).isTrue();
  }

  @Test
  void a_part_without_a_scope_around_it_gives_its_result_to_the_caller() {
    Tensor result = Scope.within(() -> Init.constant(2, 3).square());
    assertThat(Tensors.floats(result)).containsExactly(4, 4, 4);
    result.close();
    assertThat(result.isNull()).isTrue();
  }

  @Test
  void what_is_kept_outside_a_part_survives_it() {
    Tensor[] made = new Tensor[1];
    try (Scope outer = Scope.open()) {
      Scope.Keeper keeper = Scope.keeper();
      Scope.within(
          () -> {
            made[0] = keeper.keep(Init.constant(3, 1));
            return Init.zeros(1);
          });
      assertThat(Tensors.floats(made[0])).containsExactly(3);
    }
    assertThat(made[0].isNull()).isTrue();
  }

  @Test
  void without_gradients_nothing_is_recorded() {
    try (Scope outer = Scope.open()) {
      Tensor weight = Init.constant(3, 1).requires_grad_(true);
      try (Scope scope = Scope.withoutGradients()) {
        assertThat(weight.square().requires_grad()).isFalse();
        try (Scope nested = Scope.open()) {
          assertThat(weight.square().requires_grad()).isFalse();
        }
        try (Scope nested = Scope.withoutGradients()) {
          assertThat(weight.square().requires_grad()).isFalse();
        }
        assertThat(weight.square().requires_grad()).isFalse();
      }
      assertThat(weight.square().requires_grad()).isTrue();
    }
  }

  @Test
  void gradients_are_recorded_again_after_a_failure() {
    assertThatThrownBy(
            () -> {
              try (Scope scope = Scope.withoutGradients()) {
                Init.zeros(2, 3).mm(Init.zeros(2, 3));
              }
            })
        .isInstanceOf(RuntimeException.class);
    try (Scope scope = Scope.open()) {
      Tensor weight = Init.constant(3, 1).requires_grad_(true);
      assertThat(weight.square().requires_grad()).isTrue();
    }
  }

  @Test
  void gradients_of_tensors_outside_survive_the_step() {
    Tensor weight;
    try (Scope scope = Scope.open()) {
      weight = scope.keep(Init.constant(3, 1)).requires_grad_(true);
    }
    for (int step = 1; step <= 2; step++) {
      try (Scope scope = Scope.open()) {
        weight.square().sum().backward();
      }
      try (Scope scope = Scope.open()) {
        assertThat(Tensors.floats(weight.grad())).containsExactly(6 * step);
      }
    }
    weight.close();
  }
}
