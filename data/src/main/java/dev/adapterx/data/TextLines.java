package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lines of a UTF-8 text file, refusing content that cannot be a list: binary content, endless
 * lines.
 */
public final class TextLines {
  private static final int LONGEST = 8192;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** Receives one line, stripped and not empty, and its number, counted from 1. */
  @FunctionalInterface
  public interface Consumer {
    void accept(String line, int number);
  }

  private TextLines() {}

  public static void read(Path file, Consumer consumer) {
    if (!Files.isRegularFile(file)) {
      throw new DataException("No such file: " + file);
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read(reader, file, consumer);
    } catch (CharacterCodingException e) {
      throw new DataException(
          file + " is not UTF-8 text; expected a list with one entry per line", e);
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  private static void read(BufferedReader reader, Path file, Consumer consumer) throws IOException {
    StringBuilder line = new StringBuilder();
    int number = 1;
    int c;
    do {
      c = reader.read();
      if (c == '\n' || c < 0) {
        String text = line.toString().strip();
        if (!text.isEmpty()) {
          consumer.accept(text, number);
        }
        line.setLength(0);
        number++;
      } else if (c != BYTE_ORDER_MARK) {
        if (line.length() == LONGEST) {
          throw new DataException(
              file + ":" + number + ": a line of more than " + LONGEST + " characters is no entry");
        }
        line.append((char) c);
      }
    } while (c >= 0);
  }
}
