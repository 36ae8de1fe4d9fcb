package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.data.DecodingMemory;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.check.Content;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Properties of one image file.
 *
 * @param sha256 of its bytes, in hex; something unique when it cannot be read
 * @param format by content, or "other"
 * @param mode colours, or "unknown"
 * @param width 0 if neither header nor decoder gives it
 * @param broken why it cannot be decoded; null if it can, or was not tried
 */
record FileFacts(
    long bytes,
    String sha256,
    String format,
    String mode,
    int width,
    int height,
    @Nullable String broken) {

  /** Images are the same if their files are. */
  Content content() {
    return new Content(sha256, Optional.empty());
  }

  /** As {@link #of(Path, boolean, DecodingMemory)}, of a file or a part of one. */
  static FileFacts of(FileInspection.Place place, boolean decode, DecodingMemory memory) {
    Part part = place.part();
    return part == null ? of(place.file(), decode, memory) : of(place.file(), part, decode, memory);
  }

  private static FileFacts of(Path file, Part part, boolean decode, DecodingMemory memory) {
    String where = file + " at byte " + part.offset();
    byte[] content;
    try {
      content = part.content(file);
    } catch (DataException e) {
      return new FileFacts(0, "unreadable " + where, "other", "unknown", 0, 0, e.getMessage());
    }
    Optional<ImageHeader> header = ImageHeader.of(content);
    int width = header.map(ImageHeader::width).orElse(0);
    int height = header.map(ImageHeader::height).orElse(0);
    String broken = null;
    if (decode || width < 1 || height < 1) {
      try {
        RgbImage image =
            memory.within(
                ImageHeader.memory(content), () -> ImageDecoder.decode(content, where, false));
        width = image.width();
        height = image.height();
      } catch (DataException e) {
        broken = e.getMessage();
      } catch (RuntimeException e) { // decoders throw anything on hostile bytes
        broken = e.toString();
      }
    }
    return new FileFacts(
        content.length,
        HexFormat.of().formatHex(Fingerprint.sha256().digest(content)),
        header.map(ImageHeader::format).orElse("other"),
        header.map(ImageHeader::mode).orElse("unknown"),
        width,
        height,
        broken);
  }

  /** Reads header and bytes, and all pixels if {@code decode} or the header lacks the size. */
  static FileFacts of(Path file, boolean decode, DecodingMemory memory) {
    MessageDigest digest = Fingerprint.sha256();
    Optional<ImageHeader> header;
    long bytes;
    try (InputStream in =
        new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), digest)) {
      header = ImageHeader.of(file);
      in.transferTo(java.io.OutputStream.nullOutputStream());
      bytes = Files.size(file);
    } catch (IOException e) {
      return new FileFacts(0, "unreadable " + file, "other", "unknown", 0, 0, reason(file));
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    String format = header.map(ImageHeader::format).orElse("other");
    String mode = header.map(ImageHeader::mode).orElse("unknown");
    int width = header.map(ImageHeader::width).orElse(0);
    int height = header.map(ImageHeader::height).orElse(0);
    String broken = null;
    if (decode || width < 1 || height < 1) {
      try {
        RgbImage image = decoded(file, ImageHeader.memory(file), memory);
        width = image.width();
        height = image.height();
      } catch (DataException e) {
        broken = e.getMessage();
      } catch (RuntimeException e) { // decoders throw anything on hostile bytes
        broken = e.toString();
      }
    }
    return new FileFacts(bytes, sha256, format, mode, width, height, broken);
  }

  private static RgbImage decoded(Path file, long needed, DecodingMemory memory) {
    try {
      return memory.within(needed, () -> ImageDecoder.decode(file, false));
    } catch (DataException e) {
      if (!(e.getCause() instanceof OutOfMemoryError)) {
        throw e;
      }
      return memory.alone(() -> ImageDecoder.decode(file, false));
    }
  }

  /** Why a file cannot be read, in the words of all other commands. */
  private static @Nullable String reason(Path file) {
    try {
      ImageDecoder.decode(file, false);
      return null;
    } catch (DataException e) {
      return e.getMessage();
    }
  }
}
