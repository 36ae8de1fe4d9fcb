package dev.adapterx.serve.studio;

import dev.adapterx.base.AdapterXException;

/** What is wished does not go together with what is so now. */
public final class ConflictException extends AdapterXException {
  ConflictException(String message) {
    super(message);
  }
}
