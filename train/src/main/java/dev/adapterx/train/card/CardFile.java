package dev.adapterx.train.card;

import dev.adapterx.base.SmallFile;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * {@code README.md} of a folder. Its last line contains a hash of the text above, by which a card
 * that was changed by hand is recognised and kept.
 */
public final class CardFile {
  private static final String MARK = "<!-- adapterx card, sha256 of the text above: ";
  private static final String END = " -->\n";

  private CardFile() {}

  /** The path of a folder's card. */
  public static Path of(Path folder) {
    return folder.resolve("README.md");
  }

  /**
   * Writes a card, unless there is a README that was not written by this class or has been changed
   * since.
   *
   * @return whether it was written
   */
  public static boolean write(Path folder, ModelCard card) {
    Path file = of(folder);
    if (Files.exists(file) && !isOurs(file)) {
      return false;
    }
    String text = card.text() + "\n";
    WholeFile.write(file, text + MARK + sha256(text) + END);
    return true;
  }

  private static boolean isOurs(Path file) {
    try {
      String text = SmallFile.text(file);
      int mark = text.lastIndexOf(MARK);
      return mark >= 0 && text.substring(mark).equals(MARK + sha256(text.substring(0, mark)) + END);
    } catch (IOException e) {
      return false; // not readable as one of our cards, so it is the user's
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
