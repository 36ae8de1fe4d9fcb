package dev.adapterx.train.suite;

/**
 * Where data come from.
 *
 * @param what lies there
 * @param address as the papers' repositories name it
 * @param terms under which it may be used, as far as known
 */
public record Source(String what, String address, String terms) {
  /** In one line. */
  public String text() {
    return what + ": " + address + (terms.isEmpty() ? "" : " (" + terms + ")");
  }
}
