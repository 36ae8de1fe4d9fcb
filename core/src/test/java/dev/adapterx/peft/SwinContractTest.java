package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.adapter.AdaptFormer;
import dev.adapterx.peft.adapter.RepAdapter;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LnTuning;
import dev.adapterx.peft.part.Ssf;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.peft.weight.Vera;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What methods promise, on a backbone of stages: one of each family. */
class SwinContractTest {
  /** With all that needs neither a class token nor prompts. */
  static final AdapterX ADAPTER_X =
      AdapterX.with(
          o -> {
            o.cls = false;
            o.prompts = false;
          });

  private abstract static class OnStages extends PeftMethodContract {
    @Override
    protected Backbone backbone(Precision precision) {
      return Tiny.swin(precision);
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @Nested
  class OfLora extends OnStages {
    @Override
    protected PeftMethod method() {
      return new Lora();
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class OfAdapterX extends OnStages {
    /** So large that the first stage's down matrices move in three steps. */
    @Override
    protected PeftMethod method() {
      return AdapterX.with(
          o -> {
            o.cls = false;
            o.prompts = false;
            o.scale = 1;
            o.bottleneck = 4;
          });
    }
  }

  @Nested
  class OfAdaptFormer extends OnStages {
    @Override
    protected PeftMethod method() {
      return new AdaptFormer();
    }
  }

  @Nested
  class OfRepAdapter extends OnStages {
    @Override
    protected PeftMethod method() {
      return new RepAdapter();
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class OfSsf extends OnStages {
    @Override
    protected PeftMethod method() {
      return new Ssf();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class OfFullFineTuning extends OnStages {
    @Override
    protected PeftMethod method() {
      return new FullFineTuning();
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }

    @Override
    protected Set<String> unreached() {
      return Set.of();
    }
  }

  /** Blocks of a width share experts, each width's with a bottleneck and sub-tokens of its own. */
  @Test
  void experts_are_shared_within_a_stage() {
    try (Scope scope = Scope.open();
        Backbone swin = Tiny.swin(Precision.FP32);
        AdaptedModel model = MethodChecks.attached(swin, ADAPTER_X)) {
      assertThat(model.trainable().names())
          .contains("widths.16.smoa.down.weight", "widths.32.smoa.down.weight")
          .noneMatch(name -> name.startsWith("smoa"));
      // E(2dR + R + d) + Kd + EK of d = 4, R = 1 and d = 8, R = 2; two norms of each width
      int experts = 4 * (8 + 1 + 4) + 16 * 4 + 64 + 4 * (32 + 2 + 8) + 16 * 8 + 64;
      assertThat(model.parameters().peft()).isEqualTo(experts + 2 * (2 * 16 + 2 * 32));
    }
  }

  /** The matrices that all blocks share are as large as the widest block's layers. */
  @Test
  void shared_matrices_fit_every_width() {
    Vera vera = new Vera();
    // R + D for q and v of two blocks of each width
    long expected = 2L * 2 * (256 + 16) + 2L * 2 * (256 + 32);
    assertThat(MethodChecks.on(Tiny.SWIN, vera)).isEqualTo(expected);
  }

  /** Of Swin-B: 48,128 within the blocks, and those of the patches, the mergings and the end. */
  @Test
  void norms_are_those_of_the_blocks_and_between_stages() {
    assertThat(MethodChecks.on("swin_base_patch4_window7_224", new LnTuning()))
        .isEqualTo(48_128 + 256 + 1024 + 2048 + 4096 + 2048);
  }

  @Test
  void merged_it_is_an_ordinary_file_that_says_the_same(@TempDir Path folder) {
    try (Backbone swin = Backbones.initial(Tiny.SWIN, MethodChecks.FP32, 1)) {
      MethodChecks.assertMergedFileSaysTheSame(swin, new Lora(), folder.resolve("lora"));
      MethodChecks.assertMergedFileSaysTheSame(swin, new Ssf(), folder.resolve("ssf"));
    }
  }
}
