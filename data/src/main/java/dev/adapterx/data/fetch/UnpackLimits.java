package dev.adapterx.data.fetch;

/**
 * Limits of an archive's contents. The largest of the known sets, VTAB-1k, has about half a million
 * files; the densest, texts of points, shrink to about a third.
 *
 * @param entries files, folders and links
 * @param bytes of all files together
 * @param ratio of the files to the archive, once there are more than {@code free} bytes
 * @param free bytes up to which the ratio is not checked: small files of one letter shrink a lot
 */
public record UnpackLimits(long entries, long bytes, int ratio, long free) {
  /** Sufficient for all known sets. */
  public static final UnpackLimits USUAL = new UnpackLimits(2_000_000, 128L << 30, 100, 16L << 20);
}
