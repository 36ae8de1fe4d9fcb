package org.example.tags;

import java.util.Set;

/** The tags of a picture, by index; perhaps none. */
public record TagSet(Set<Integer> tags) {
  public TagSet {
    tags = Set.copyOf(tags);
  }
}
