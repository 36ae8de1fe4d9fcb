package dev.adapterx.data.fetch;

/**
 * The origin of an archive that a data set was made from.
 *
 * @param from an address, or a file of this machine
 * @param sha256 of the received file
 * @param trust {@code SHA-256} or {@code MD5} where that was the published one, {@code first seen}
 *     where none is published, {@code not the published one} where the user has accepted that
 */
public record Origin(String file, String from, long size, String sha256, String trust) {
  static final String OTHER = "not the published one";
}
