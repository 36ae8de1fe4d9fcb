package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.SharedData;
import dev.adapterx.testing.Tiny;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** timm's ViT-Ti/16: the figures of docs/devices.md. */
@SharedData
class RealWeightsOnnxTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"adapter-x, 79", "lora, 315", "adaptformer, 1230", "vpt, 105", "linear-probe, 5"})
  void a_graph_of_kilobytes_over_the_untouched_file(String method, int kilobytes) throws Exception {
    Path file =
        SharedData.Beside.folder().resolve("vit-tiny-in1k/vit_tiny_patch16_224.safetensors");
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (Backbone vit = Backbones.load(file, options);
        AdaptedModel model =
            OnnxExportTest.attached(vit, Methods.entry(method, "test"), ClassHead.Kind.LINEAR)) {
      OnnxExport.Written written = OnnxExport.write(model, file, folder, "one", OnnxOptions.BESIDE);
      assertThat(written.weights()).hasSameBinaryContentAs(file);
      assertThat(Files.size(written.graph())).isLessThan(90_000);
      assertThat(Files.size(written.adapter())).isLessThan(kilobytes * 1000L);
      try (Session session = Session.open(written.graph());
          Scope scope = Scope.withoutGradients()) {
        Tensor input = Tiny.input(vit, 2);
        float[] expected = Tensors.floats(model.logits(input, Pass.evaluation()));
        float[] found = session.logits(Tensors.floats(input), input.shape(), written.adapter());
        for (int i = 0; i < expected.length; i++) {
          assertThat(found[i]).isBetween(expected[i] - 1e-4f, expected[i] + 1e-4f);
        }
      }
    }
  }
}
