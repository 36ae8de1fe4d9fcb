package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.Folders;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The samples of one WebDataset shard. Members belong together by their key, the path up to the
 * first dot of the file's name. The image is the member with an image's extension; its label the
 * text of {@code key.cls}, or {@code cls}, {@code label} or {@code class} in {@code key.json}: a
 * number or a name. Other members are passed over.
 */
final class Shard {
  private static final int BLOCK = 512;
  private static final int LONGEST_LABEL = 1 << 20;
  private static final List<String> KEYS = List.of("cls", "label", "class");

  /**
   * One sample.
   *
   * @param name of the image's member
   */
  record Entry(Path shard, String name, Part part, String label) {}

  private Shard() {}

  private static final class Parts {
    @Nullable TarArchiveEntry image;
    @Nullable String label;
  }

  /**
   * Reads names and labels, and no image.
   *
   * @throws DataException naming shard and member when it is damaged, or an image has no label or
   *     two
   */
  static List<Entry> entries(Path shard) {
    Map<String, Parts> samples = new LinkedHashMap<>();
    try (TarFile tar = new TarFile(shard)) {
      long end = 0;
      for (TarArchiveEntry entry : tar.getEntries()) {
        end = Math.max(end, entry.getDataOffset() + entry.getSize());
        if (entry.isFile() && !entry.isSparse()) {
          add(shard, tar, entry, samples);
        }
      }
      if (Files.size(shard) < end + BLOCK) {
        throw new EOFException("it ends without the empty block that ends a tar file");
      }
    } catch (IOException e) {
      throw new DataException(
          "Could not read the shard " + shard + ": " + Reason.of(e) + ". Was it copied whole?", e);
    }
    List<Entry> entries = new ArrayList<>();
    samples.forEach(
        (key, parts) -> {
          TarArchiveEntry image = parts.image;
          if (image == null) {
            return;
          }
          String label = parts.label;
          if (label == null) {
            throw new DataException(
                "%s: %s has no label; expected %s.cls, or %s.json with 'label'"
                    .formatted(shard, image.getName(), key, key));
          }
          Part part = new Part(image.getDataOffset(), Math.toIntExact(image.getSize()));
          entries.add(new Entry(shard, image.getName(), part, label));
        });
    return entries;
  }

  private static void add(
      Path shard, TarFile tar, TarArchiveEntry entry, Map<String, Parts> samples)
      throws IOException {
    String name = entry.getName();
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    if (dot < 0 || name.startsWith(".", name.lastIndexOf('/') + 1)) {
      return;
    }
    Parts parts = samples.computeIfAbsent(name.substring(0, dot), unused -> new Parts());
    String kind = name.substring(dot + 1);
    if (Folders.isImage(Path.of("x." + kind))) {
      if (parts.image != null || entry.getSize() > Integer.MAX_VALUE - 8) {
        throw new DataException(
            shard
                + ": "
                + name
                + (parts.image == null ? " is too large" : " is a second image of its sample"));
      }
      parts.image = entry;
    } else if (kind.equals("cls")) {
      parts.label = text(shard, tar, entry).strip();
    } else if (kind.equals("json") && parts.label == null) {
      parts.label = label(shard, name, text(shard, tar, entry));
    }
  }

  private static String text(Path shard, TarFile tar, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > LONGEST_LABEL) {
      throw new DataException(shard + ": " + entry.getName() + " is too large for a label");
    }
    try (InputStream in = tar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static @Nullable String label(Path shard, String name, String json) {
    try {
      JsonNode tree = JsonMapper.shared().readTree(json);
      for (String key : KEYS) {
        JsonNode value = tree.path(key);
        if (value.isString() || value.isIntegralNumber()) {
          return value.asString();
        }
      }
      return null;
    } catch (JacksonException e) {
      throw new DataException(shard + ": " + name + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
