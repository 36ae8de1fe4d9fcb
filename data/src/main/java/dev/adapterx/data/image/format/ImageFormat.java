package dev.adapterx.data.image.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The supported formats, detected by their first bytes and never by the file's name. */
enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP,
  TIFF,
  PNM;

  private static final int[] PNG_MAGIC = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  static Optional<ImageFormat> of(byte[] content) {
    if (starts(content, 0, 0xFF, 0xD8, 0xFF)) {
      return Optional.of(JPEG);
    } else if (starts(content, 0, PNG_MAGIC)) {
      return Optional.of(PNG);
    } else if (starts(content, 0, 'G', 'I', 'F', '8')) {
      return Optional.of(GIF);
    } else if (starts(content, 0, 'R', 'I', 'F', 'F') && starts(content, 8, 'W', 'E', 'B', 'P')) {
      return Optional.of(WEBP);
    } else if (starts(content, 0, 'B', 'M')) {
      return Optional.of(BMP);
    }
    return isTiff(content)
        ? Optional.of(TIFF)
        : Pnm.recognises(content) ? Optional.of(PNM) : Optional.empty();
  }

  /** Version 42, or 43 with offsets of 64 bits, in either byte order. */
  private static boolean isTiff(byte[] content) {
    return starts(content, 0, 'I', 'I', 42, 0)
        || starts(content, 0, 'M', 'M', 0, 42)
        || starts(content, 0, 'I', 'I', 43, 0)
        || starts(content, 0, 'M', 'M', 0, 43);
  }

  /**
   * The name of an unsupported format by its first bytes: {@code HEIC} for example; empty if
   * unknown.
   */
  static Optional<String> unread(byte[] content) {
    if (starts(content, 4, 'f', 't', 'y', 'p') && content.length >= 12) {
      String brand = new String(content, 8, 4, StandardCharsets.ISO_8859_1);
      return switch (brand) {
        case "avif", "avis" -> Optional.of("AVIF");
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1" -> Optional.of("HEIC");
        case "crx " -> Optional.of("raw camera (CR3)");
        default -> Optional.of("video");
      };
    } else if (starts(content, 0, 0xFF, 0x0A) || starts(content, 4, 'J', 'X', 'L', ' ')) {
      return Optional.of("JPEG XL");
    } else if (starts(content, 4, 'j', 'P', ' ', ' ') || starts(content, 0, 0xFF, 0x4F, 0xFF)) {
      return Optional.of("JPEG 2000");
    } else if (starts(content, 0, '8', 'B', 'P', 'S')) {
      return Optional.of("Photoshop");
    } else if (starts(content, 0, '%', 'P', 'D', 'F')) {
      return Optional.of("PDF");
    }
    return Optional.empty();
  }

  /** The ImageIO plug-in of this format; for JPEG the JDK's own, which can return raw samples. */
  Optional<ImageReaderSpi> provider() {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(ImageReaderSpi.class, this::isReadBy, true);
    return providers.hasNext() ? Optional.of(providers.next()) : Optional.empty();
  }

  private boolean isReadBy(Object spi) {
    if (!(spi instanceof ImageReaderSpi reader)) {
      return false;
    }
    boolean named =
        Arrays.stream(reader.getFormatNames()).anyMatch(n -> n.equalsIgnoreCase(name()));
    boolean added = this == WEBP || this == TIFF;
    String owner = added ? "com.twelvemonkeys.imageio." : "com.sun.imageio.";
    return named && reader.getClass().getName().startsWith(owner);
  }

  static boolean starts(byte[] content, int at, int... magic) {
    if (content.length < at + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((content[at + i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
