package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar from outside, examples/extension, adds what it has to say without an edit here. */
class ExtensionTest {
  private static final Path EXTENSION = Path.of("../examples/extension/src/main");
  @TempDir Path home;

  @BeforeEach
  void build() throws IOException {
    Path classes = Files.createDirectories(home.resolve("classes"));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("-Xlint:all,-path,-options", "-Werror", "--release", "17", "-proc:none"));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.addAll(List.of("-d", classes.toString()));
    try (Stream<Path> sources = Files.walk(EXTENSION.resolve("java"))) {
      sources.filter(f -> f.toString().endsWith(".java")).forEach(f -> arguments.add(f.toString()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int code = compiler.run(null, null, null, arguments.toArray(String[]::new));
    assertThat(code).as("the extension compiles").isZero();
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(home.resolve("extension.jar")))) {
      pack(classes, jar);
      pack(EXTENSION.resolve("resources"), jar);
    }
  }

  private static void pack(Path folder, OutputStream out) throws IOException {
    JarOutputStream jar = (JarOutputStream) out;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
  }

  private String run(Object... arguments) throws IOException, InterruptedException {
    return said(0, arguments);
  }

  private String said(int code, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"));
    String path = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", path + ":" + home.resolve("extension.jar")));
    command.add(Main.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Path said = home.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isEqualTo(code);
    return text;
  }

  /** 8 + 8 pictures to train on and 4 + 4 to measure, in one folder; what they are is in a list. */
  private Path listed() throws IOException {
    Path folder = home.resolve("pictures");
    TinyRun.data(folder);
    StringBuilder list = new StringBuilder("file,class,split\n");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = file.getParent().getFileName() + "-" + file.getFileName();
        String split = file.getParent().getParent().getFileName().toString();
        Files.move(file, folder.resolve(split + "-" + name));
        list.append("%s-%s,%s,%s%n".formatted(split, name, file.getParent().getFileName(), split));
      }
    }
    for (String empty : List.of("train/blue", "train/red", "test/blue", "test/red")) {
      Files.delete(folder.resolve(empty));
    }
    Files.delete(folder.resolve("train"));
    Files.delete(folder.resolve("test"));
    Files.writeString(folder.resolve("labels.csv"), list);
    return folder;
  }

  @Test
  void a_method_and_a_layout_are_trained_saved_and_loaded() throws Exception {
    Path pictures = listed();
    Path recipe =
        TinyRun.write(
            home.resolve("recipe.yaml"),
            """
            backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
            method: {name: adapter-bias, scale: 2}
            data: {path: pictures}
            train: {epochs: 4, batch: 4, warmup-epochs: 0, lr: 0.03}
            """);
    Path run = home.resolve("run");
    String trained = run("train", recipe, "--out", run);
    assertThat(trained)
        .contains("AdapterBias; scale: 2", "train 16", "test 8 images of 2 classes")
        .contains("196 trainable parameters"); // 2 blocks · (2 · 32 + 1), and a head of 2 · 33
    assertThat(Files.readString(run.resolve("adapter/adapter_config.json")))
        .contains("\"adapter-bias\"", "\"scale\" : 2.0");
    String measured = run("evaluate", run);
    assertThat(measured).contains(figure(trained));
    assertThat(run("predict", run, pictures.resolve("test-red-0.png"))).contains("red");
    assertThat(run("methods")).contains("AdapterBias");
  }

  /** Blue, red and purple pictures, of which the purple ones have both tags. */
  private Path tagged() throws IOException {
    Path folder = home.resolve("tagged");
    StringBuilder list = new StringBuilder("file,split,tags\n");
    for (int i = 0; i < 24; i++) {
      boolean blue = i % 3 != 0;
      boolean red = i % 3 != 1;
      TinyRun.picture(
          folder.resolve(i + ".png"), new Color(red ? 200 + i : 20, 30, blue ? 200 + i : 20));
      String tags = (blue ? "blue " : "") + (red ? "red" : "");
      list.append("%d.png,%s,%s%n".formatted(i, i < 18 ? "train" : "test", tags));
    }
    Files.writeString(folder.resolve("tags.csv"), list);
    return folder;
  }

  @Test
  void a_task_is_trained_measured_and_predicts_from_a_folder_alone() throws Exception {
    Path pictures = tagged();
    Path run = home.resolve("run");
    String trained =
        run(
            "train",
            pictures,
            "backbone={preset: vit_32x2x2_patch8_32, precision: fp32}",
            "method=full",
            "train.epochs=40",
            "train.lr=0.003",
            "--out",
            run);
    assertThat(trained).contains("task: tags", "18 images of 2 classes", "macro-f1 ");
    assertThat(Files.readString(run.resolve("adapter/adapter_config.json")))
        .contains("\"name\" : \"tags\"");
    assertThat(Files.readString(run.resolve("adapter/README.md"))).contains("macro F1");
    assertThat(Files.readString(run.resolve("report.html"))).contains("F1 by tag");
    String after = trained.substring(trained.indexOf("macro-f1 ") + "macro-f1 ".length());
    String figure = after.substring(0, after.indexOf('%') + 1);
    assertThat(run("evaluate", run)).contains("macro F1 " + figure);
    Path out = home.resolve("out");
    assertThat(run("predict", run, pictures.resolve("18.png"), "--out", out))
        .contains("18.png  red", "tags: " + out.resolve("tags.csv"));
    assertThat(run("data", "check", pictures)).contains("24 pictures", "red=16", "blue=16");
  }

  @Test
  void a_task_that_is_not_there_is_refused_with_those_that_are() throws Exception {
    Path recipe = TinyRun.write(home.resolve("r.yaml"), "task: tagz\ndata: {path: x}\n");
    assertThat(said(2, "train", recipe))
        .contains("task: unknown task 'tagz'", "did you mean 'tags'?", "classification, ");
  }

  /** The result line's accuracy, {@code 87.50 %}. */
  private static String figure(String trained) {
    String after = trained.substring(trained.indexOf("accuracy ") + "accuracy ".length());
    return after.substring(0, after.indexOf('%') + 1);
  }
}
