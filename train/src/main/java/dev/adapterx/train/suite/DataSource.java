package dev.adapterx.train.suite;

/**
 * A source of data.
 *
 * @param what can be found there
 * @param address as given in the papers' repositories
 * @param terms under which it may be used, as far as known
 */
public record DataSource(String what, String address, String terms) {
  /** The source as one line. */
  public String text() {
    return what + ": " + address + (terms.isEmpty() ? "" : " (" + terms + ")");
  }
}
