package dev.adapterx.peft;

import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;

/** What methods cost on backbones of real sizes, whose weights are blank. */
public final class Counts {
  private Counts() {}

  /** Trainable parameters without head on ViT-B/16. */
  public static long onVitB(String method) {
    return report("vit_base_patch16_224", method).peft();
  }

  static ParameterReport report(String preset, String method) {
    PeftMethod read = Methods.read(Settings.json().readTree(method), "m");
    Classification task = Classification.of(Tiny.LABELS);
    try (Backbone blank =
            Backbones.blank(preset, Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model = AdaptedModel.attach(blank, read, task, 0)) {
      return model.parameters();
    }
  }
}
