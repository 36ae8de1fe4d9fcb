package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import java.util.List;

/**
 * A kind of object and the parts that objects of it have.
 *
 * @param parts indices of classes of points
 */
public record Category(String name, List<Integer> parts) {
  public Category {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new ConfigException("The category '" + name + "' has no parts");
    }
  }
}
