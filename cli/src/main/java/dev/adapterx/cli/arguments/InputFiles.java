package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.FileNames;
import dev.adapterx.base.Reason;
import dev.adapterx.train.input.Modality;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Resolves the files that a user names: searches folders, reads paths from standard input for
 * {@code -}.
 */
public final class InputFiles {
  private InputFiles() {}

  /**
   * The files, in the order named; those of a folder by name. Does not check whether they can be
   * read.
   *
   * @param modality determines the files to find in folders
   * @throws dev.adapterx.base.DataException for a folder that has none of it
   */
  public static List<Path> of(List<String> arguments, InputStream in, Modality<?> modality) {
    List<Path> files = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("-")) {
        lines(in, "standard input").forEach(line -> add(path(line), files, modality));
      } else {
        add(path(argument), files, modality);
      }
    }
    if (files.isEmpty()) {
      throw new ConfigException("Standard input named no file; expected one path per line");
    }
    return files;
  }

  /** The lines of a UTF-8 text file; a last empty one is none. */
  public static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return lines(in, file.toString());
    } catch (IOException e) {
      throw new ConfigException("Could not read " + file + " (" + Reason.of(e) + ")", e);
    }
  }

  private static List<String> lines(InputStream in, String name) {
    List<String> lines = new ArrayList<>();
    try {
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          lines.add(line.strip());
        }
      }
      return lines;
    } catch (IOException e) {
      throw new ConfigException("Could not read " + name + ": " + e.getMessage(), e);
    }
  }

  private static void add(Path path, List<Path> files, Modality<?> modality) {
    if (Files.isDirectory(path)) {
      files.addAll(modality.below(path));
    } else {
      files.add(path);
    }
  }

  /** The extension of a file with its dot, in lower case. */
  public static String ending(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "without an ending" : name.substring(dot).toLowerCase(Locale.ROOT);
  }

  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + text + "' can be no path: " + FileNames.reason(e), e);
    }
  }
}
