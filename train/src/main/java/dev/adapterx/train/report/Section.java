package dev.adapterx.train.report;

/** A part of a {@link Report}; one without data does not appear on the page. */
public interface Section {

  /** The heading above it. */
  String heading();

  /** Whether there is nothing to show. */
  boolean empty();

  /** Its markup, everything from outside escaped. */
  String body();
}
