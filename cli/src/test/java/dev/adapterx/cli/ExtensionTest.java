package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(process.exitValue()).as(text).isZero();
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

  /** The result line's accuracy, {@code 87.50 %}. */
  private static String figure(String trained) {
    String after = trained.substring(trained.indexOf("accuracy ") + "accuracy ".length());
    return after.substring(0, after.indexOf('%') + 1);
  }
}
