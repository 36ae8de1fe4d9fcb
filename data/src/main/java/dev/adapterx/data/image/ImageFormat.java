package dev.adapterx.data.image;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The formats that are read, told apart by their first bytes and never by the file's name. */
enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP;

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
    return Optional.empty();
  }

  /** The ImageIO plug-in of this format; for JPEG the JDK's own, which can hand out raw samples. */
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
    return named && (this == WEBP || reader.getClass().getName().startsWith("com.sun.imageio."));
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
