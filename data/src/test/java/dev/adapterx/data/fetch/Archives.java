package dev.adapterx.data.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Makes archives for tests. */
final class Archives {
  /** Fills a tar. */
  interface Tar {
    void fill(TarArchiveOutputStream tar) throws IOException;
  }

  /** Fills a zip. */
  interface Zip {
    void fill(ZipArchiveOutputStream zip) throws IOException;
  }

  private Archives() {}

  static byte[] tar(Tar content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      content.fill(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] zip(Zip content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      content.fill(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  static void file(TarArchiveOutputStream tar, String name, String content) throws IOException {
    file(tar, name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Any kind of entry without content. */
  static void special(TarArchiveOutputStream tar, String name, byte kind, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  static void file(ZipArchiveOutputStream zip, String name, byte[] content) throws IOException {
    file(zip, name, content, 0);
  }

  static void file(ZipArchiveOutputStream zip, String name, String content) throws IOException {
    file(zip, name, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * With a Unix mode.
   *
   * @param mode 0: none
   */
  static void file(ZipArchiveOutputStream zip, String name, byte[] content, int mode)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    if (mode != 0) {
      entry.setUnixMode(mode);
    }
    zip.putArchiveEntry(entry);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  static byte[] zip(Map<String, byte[]> files) {
    return zip(
        zip -> {
          for (Map.Entry<String, byte[]> file : files.entrySet()) {
            file(zip, file.getKey(), file.getValue());
          }
        });
  }

  static byte[] tar(Map<String, byte[]> files) {
    return tar(
        tar -> {
          for (Map.Entry<String, byte[]> file : files.entrySet()) {
            file(tar, file.getKey(), file.getValue());
          }
        });
  }

  /** What lies below a folder: names and sizes or contents. */
  static Map<String, String> tree(Path folder) {
    Map<String, String> tree = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        tree.put(
            folder.relativize(file).toString().replace('\\', '/'),
            text.length() > 40 ? text.length() + " bytes" : text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tree;
  }
}
