package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static Routes routes(Backbone backbone, PeftMethod method) {
    try (Scope scope = Scope.open();
        AdaptedModel model =
            AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), 1)) {
      return Routes.of(model, Tensors.floats(Tiny.input(backbone, 1)));
    }
  }

  @Test
  void patches_behind_class_token_and_prompts_have_an_expert_in_every_block() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      Routes routes = routes(vit, new AdapterX());
      assertThat(routes.experts()).isEqualTo(4);
      assertThat(routes.cells()).isEqualTo(new Grid.Cells(4, 4));
      assertThat(routes.expert()).hasDimensions(2, 16);
      assertThat(routes.expert()[0]).containsAnyOf(1, 2, 3);
    }
  }

  @Test
  void where_patches_are_merged_four_went_where_one_went() {
    try (Backbone swin = Tiny.swin(Precision.FP32)) {
      AdapterX method =
          AdapterX.with(
              o -> {
                o.cls = false;
                o.prompts = false;
              });
      Routes routes = routes(swin, method);
      assertThat(routes.cells()).isEqualTo(new Grid.Cells(10, 10));
      assertThat(routes.expert()).hasDimensions(4, 100);
      int[] coarse = routes.expert()[3];
      for (int i = 0; i < coarse.length; i++) {
        int corner = i / 20 * 20 + i % 10 / 2 * 2;
        assertThat(coarse[i]).as("patch " + i).isEqualTo(coarse[corner]);
      }
      assertThat(coarse).containsAnyOf(1, 2, 3);
    }
  }

  @Test
  void a_method_without_experts_has_no_routes() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      Routes routes = routes(vit, new Lora());
      assertThat(routes.experts()).isZero();
      assertThat(routes.expert()).isEmpty();
    }
  }
}
