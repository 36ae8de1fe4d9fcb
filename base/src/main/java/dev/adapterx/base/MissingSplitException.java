package dev.adapterx.base;

/** Data that have no split of the name asked for. */
public final class MissingSplitException extends DataException {
  public MissingSplitException(String message) {
    super(message);
  }
}
