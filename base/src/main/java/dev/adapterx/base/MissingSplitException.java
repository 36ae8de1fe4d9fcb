package dev.adapterx.base;

/** A data set without the requested split. */
public final class MissingSplitException extends DataException {
  public MissingSplitException(String message) {
    super(message);
  }
}
