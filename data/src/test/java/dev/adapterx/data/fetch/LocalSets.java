package dev.adapterx.data.fetch;

import dev.adapterx.testing.FakeHub;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** The known sets with small archives of the true inner layout, served by this machine. */
final class LocalSets {
  private final FakeHub server;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  LocalSets(FakeHub server) {
    this.server = server;
  }

  /** Serves an archive under its published name. */
  LocalSets with(String file, byte[] content) {
    files.put(file, content);
    return this;
  }

  /** A known set as it is, but that all of its archives come from here, with their true hashes. */
  PublicSet set(String name) {
    return set(name, true);
  }

  PublicSet set(String name, boolean hashed) {
    PublicSet known = PublicSets.named(name).get(0);
    List<Part> parts = new ArrayList<>();
    for (Part part : known.parts()) {
      byte[] content = content(part.file());
      String hash = hashed ? "sha256=" + FakeHub.sha256(content) : null;
      parts.add(part(part, content, hashed ? content.length : -1, hash));
    }
    return with(known, parts);
  }

  /** With parts of other sizes and hashes. */
  static PublicSet with(PublicSet set, List<Part> parts) {
    return new PublicSet(
        set.name(),
        set.about(),
        set.folder(),
        set.members(),
        parts,
        set.terms(),
        set.page(),
        set.finish());
  }

  Part part(Part part, byte[] content, long size, @Nullable String hash) {
    server.repo("public/sets").with(part.file(), content);
    String address = server.cdn() + "/public/sets/" + part.file();
    return new Part(part.file(), address, size, hash, part.source(), null, part.takes());
  }

  byte[] content(String file) {
    return Objects.requireNonNull(files.get(file));
  }

  /** A PNG of one pixel. */
  static byte[] png(int rgb) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // ImageIO's own stream makes a file for each picture.
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Two pets, two classes, NOAH's lists of one draw. */
  LocalSets pets() {
    Map<String, byte[]> images = new LinkedHashMap<>();
    Map<String, byte[]> lists = new LinkedHashMap<>();
    images.put("images/Abyssinian_1.jpg", png(1));
    images.put("images/beagle_2.jpg", png(2));
    images.put("images/._beagle_2.jpg", bytes("what a Mac leaves"));
    images.put("images/Abyssinian_1.mat", bytes("passed over"));
    String noah =
        "NOAH-10dd5150c50890871a8847f0940d21ca0803858f/data/few-shot/oxford-pets/annotations/";
    String both = "Abyssinian_1.jpg 0\nbeagle_2.jpg 1\n";
    lists.put(noah + "train_meta.list.num_shot_1.seed_0", bytes(both));
    lists.put(noah + "val_meta.list", bytes(both));
    lists.put(noah + "test_meta.list", bytes(both));
    lists.put(noah + "unofficial_val_list_4_shot16seed0", bytes("passed over"));
    lists.put(noah.replace("oxford-pets", "food101") + "test_meta.list", bytes("passed over"));
    return with("images.tar.gz", Archives.gzip(Archives.tar(images)))
        .with("noah.zip", Archives.zip(lists));
  }
}
