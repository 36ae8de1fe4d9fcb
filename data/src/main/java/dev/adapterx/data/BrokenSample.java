package dev.adapterx.data;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sample that could not be read.
 *
 * @param index of the sample in the data set
 * @param where its file, or its name
 * @param reason the reader's error message
 */
public record BrokenSample(int index, String where, String reason) {

  /** The reason, preceded by the place unless the reason contains it. */
  public String line() {
    return reason.contains(where) ? reason : where + ": " + reason;
  }

  /** For reports in JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", index);
    json.put("file", where);
    json.put("reason", reason);
    return json;
  }
}
