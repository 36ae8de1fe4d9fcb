package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.tools.ToolProvider;

/** Java code of a README as a program would have it. */
final class Example {
  private Example() {}

  /** A class that the README of an exported folder writes out whole. */
  static Class<?> of(Path folder, String name) throws IOException, ReflectiveOperationException {
    String[] blocks = Files.readString(folder.resolve("README.md")).split("```");
    String code =
        Arrays.stream(blocks)
            .filter(block -> block.startsWith("java\n") && block.contains("class " + name + " "))
            .findAny()
            .orElseThrow()
            .substring(5);
    Path made = Files.createDirectory(folder.resolve("example"));
    Path file = Files.writeString(made.resolve(name + ".java"), code);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "--release", "17", "-d", made.toString(), file.toString());
    assertThat(status).isZero();
    try (URLClassLoader classes = new URLClassLoader(new URL[] {made.toUri().toURL()})) {
      Class<?> found = classes.loadClass(name);
      for (Class<?> inner : found.getDeclaredClasses()) {
        classes.loadClass(inner.getName());
      }
      return found;
    }
  }
}
