package dev.adapterx.serve;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An output tensor that is wanted.
 *
 * @param binary as bytes after the JSON
 */
record OutputWish(String name, boolean binary) {
  /**
   * Reads the outputs of a request.
   *
   * @param wanted a list of objects with a name; empty or none: all
   * @param known those there are
   * @param binary where one says nothing else
   * @throws ServeException 400 naming what is wrong
   */
  static List<OutputWish> of(JsonNode wanted, List<String> known, boolean binary) {
    List<OutputWish> outputs = new ArrayList<>();
    if (wanted.isMissingNode() || wanted.isNull() || wanted.isEmpty()) {
      known.forEach(name -> outputs.add(new OutputWish(name, binary)));
      return outputs;
    }
    for (JsonNode one : wanted) {
      String name = InferInput.text(one, "name");
      JsonNode parameters = one.path("parameters");
      if (!known.contains(name)) {
        throw ServeException.bad(
            "outputs: expected %s, found '%s'"
                .formatted(
                    String.join(" or ", known.stream().map(k -> "'" + k + "'").toList()), name));
      }
      if (parameters.has("classification") || parameters.has("shared_memory_region")) {
        throw ServeException.bad(
            "outputs: neither classification nor shared memory is served; ask for '%s'"
                .formatted(known.get(known.size() - 1)));
      }
      outputs.removeIf(before -> before.name.equals(name));
      outputs.add(
          new OutputWish(
              name,
              parameters.has("binary_data") ? InferInput.flag(parameters, "binary_data") : binary));
    }
    return outputs;
  }
}
