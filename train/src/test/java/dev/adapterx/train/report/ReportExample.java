package dev.adapterx.train.report;

import dev.adapterx.base.Rng;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A made-up report with something in every section. */
final class ReportExample {
  private static final String[] NAMES = {
    "apple",
    "aquarium fish",
    "bicycle",
    "bottle",
    "castle",
    "clock",
    "dolphin",
    "hamster",
    "lamp",
    "whale"
  };

  private ReportExample() {}

  static Report with(int classes) {
    return new Report(
        "Adapter-X on synthetic shapes",
        "adapterx on shapes (test), 3 seeds (0, 1, 2): accuracy 91.37 ± 0.42 % at the last epoch (40), 91.80 ± 0.31 % at the best epoch (36, 38, 31; chosen on test); normalisation 0.5/0.5; augmentation none; 158,472 trainable parameters (0.185 % of the backbone, head not counted)",
        List.of(
            comparison(),
            curves(),
            confusion(classes),
            routing(),
            samples(),
            CloudExample.clouds(8, 256, 4),
            parameters(),
            facts()));
  }

  static ComparisonSection comparison() {
    return new ComparisonSection(
        "accuracy",
        List.of(
            row("linear", 0, 0.742, 0.004, 6.2),
            row("bitfit", 0.12, 0.861, 0.006, 19.8),
            row("adapterx", 0.185, 0.9237, 0.0042, 27.4),
            row("lora", 0.34, 0.905, 0.007, 24.9),
            row("adaptformer", 0.18, 0.902, 0.005, 22.0),
            row("full", 100, 0.884, 0.021, 61.3)),
        "± one standard error");
  }

  private static ComparisonSection.Row row(
      String method, double percent, double accuracy, double error, double seconds) {
    String page = "runs/" + method + "/report.html";
    return new ComparisonSection.Row(method, page, percent, accuracy, error, "", seconds);
  }

  static Curves curves() {
    var epochs = IntStream.rangeClosed(1, 40).mapToDouble(e -> e).toArray();
    var noise = Rng.of(1, "curves").at(0);
    return new Curves(
        List.of(
            new LineChart(
                "Loss",
                "epoch",
                "",
                List.of(
                    line("train", epochs, e -> 2.1 * Math.exp(-e / 9) + 0.08),
                    line(
                        "val",
                        epochs,
                        e -> 2.0 * Math.exp(-e / 8) + 0.27 + 0.02 * noise.nextDouble()))),
            new LineChart(
                "Accuracy",
                "epoch",
                "%",
                List.of(
                    line("train", epochs, e -> 99 - 70 * Math.exp(-e / 7)),
                    line(
                        "val",
                        epochs,
                        e -> 91.5 - 60 * Math.exp(-e / 6) + 0.6 * noise.nextDouble()))),
            new LineChart(
                "Learning rate",
                "epoch",
                "",
                List.of(
                    line(
                        "lr",
                        epochs,
                        e -> e < 5 ? 2e-4 * e : 5e-4 * (1 + Math.cos((e - 5) / 35 * 3.14159))))),
            new LineChart(
                "Gradient norm",
                "epoch",
                "",
                IntStream.range(0, 8)
                    .mapToObj(s -> line("group " + s, epochs, e -> s + 1 + Math.sin(e / 4 + s)))
                    .toList())));
  }

  private static Series line(String name, double[] xs, java.util.function.DoubleUnaryOperator f) {
    List<Series.Point> points = new ArrayList<>();
    for (double x : xs) {
      points.add(new Series.Point(x, f.applyAsDouble(x)));
    }
    return new Series(name, points);
  }

  static Confusion confusion(int classes) {
    var random = Rng.of(2, "confusion").at(0);
    int[][] counts = new int[classes][classes];
    for (int truth = 0; truth < classes; truth++) {
      for (int i = 0; i < 100; i++) {
        boolean right = random.nextDouble() < 0.55 + 0.4 * ((truth * 7) % 10) / 10;
        int wrong = (truth + 1 + (int) (3 * random.nextDouble())) % classes;
        counts[truth][right ? truth : wrong]++;
      }
    }
    return new Confusion(
        counts,
        IntStream.range(0, classes)
            .mapToObj(
                c -> NAMES[c % NAMES.length] + (c < NAMES.length ? "" : " " + c / NAMES.length))
            .toList());
  }

  static Routing routing() {
    var random = Rng.of(3, "routing").at(0);
    double[][] load = new double[12][4];
    double[] entropy = new double[12];
    for (int block = 0; block < 12; block++) {
      double sum = 0;
      for (int e = 0; e < 4; e++) {
        load[block][e] = block == 7 && e == 2 ? 0.002 : 0.05 + random.nextDouble();
        sum += load[block][e];
      }
      for (int e = 0; e < 4; e++) {
        load[block][e] /= sum;
      }
      entropy[block] = 0.6 + 0.7 * random.nextDouble();
    }
    load[11] = new double[] {0.018, 0.931, 0.046, 0.005};
    return new Routing(
        load,
        entropy,
        List.of("block 11: expert 1 receives 93 % of the tokens; raise moe.balance"));
  }

  static Samples samples() {
    return new Samples(
        "Shown: 2 of the 9 wrong, 10 of the 91 right.",
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    new Samples.Sample(
                        picture(i),
                        NAMES[i % 10],
                        NAMES[i % 5 == 3 ? (i + 4) % 10 : i % 10],
                        0.99 - 0.05 * i))
            .toList(),
        0);
  }

  /** Three pictures of 4 × 4 patches over two blocks and two methods' answers. */
  static Samples routed() {
    return new Samples(
        "Shown: 3 of the 3.",
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new Samples.Sample(
                        picture(i),
                        NAMES[i],
                        List.of(
                            new Answer("Linear probe", NAMES[1], 0.5),
                            new Answer("Adapter-X", NAMES[i], 0.875)),
                        new PatchMap(
                            4,
                            4,
                            new int[][] {
                              IntStream.range(0, 16).map(p -> (p + i) % 3).toArray(),
                              IntStream.range(0, 16).map(p -> p / 8).toArray()
                            })))
            .toList(),
        3);
  }

  static byte[] picture(int i) {
    var image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
    var g = image.createGraphics();
    g.setColor(Color.getHSBColor(i / 12f, 0.3f, 0.9f));
    g.fillRect(0, 0, 48, 48);
    g.setColor(Color.getHSBColor(i / 12f + 0.4f, 0.8f, 0.6f));
    g.fillOval(8 + i, 10, 22, 26);
    g.dispose();
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static ParameterSection parameters() {
    return new ParameterSection(
        List.of(
            new ParameterSection.Row("peft", 158_472, 0.1847, "experts, router, prompts, norms"),
            new ParameterSection.Row("head", 76_900, 0.0896, "Linear 768 → 100"),
            new ParameterSection.Row("trainable", 235_372, 0.2743, "peft + head"),
            new ParameterSection.Row("stored", 235_372, 0.2743, "adapter_model.safetensors")),
        Stream.of("smoa.experts.0.down", "smoa.experts.0.up", "blocks.0.norm2.weight")
            .map(n -> new ParameterSection.Tensor(n, "(768, 8)", 6144))
            .toList());
  }

  static Facts facts() {
    var facts = new LinkedHashMap<String, String>();
    facts.put("Backbone", "vit_base_patch16_224_in21k");
    facts.put(
        "Backbone sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    facts.put("Data", "shapes: 1,000 train, 10,000 test");
    facts.put("Seeds", "0, 1, 2");
    facts.put("Precision", "fp32");
    facts.put("Machine", "Linux amd64, 2 cores, Java 17.0.9");
    facts.put("Duration", "0:01:22");
    return Facts.of(facts);
  }
}
