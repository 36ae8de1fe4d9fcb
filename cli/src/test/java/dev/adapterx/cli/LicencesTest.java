package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adapterx.base.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is shipped has licences we may ship it under, and docs/licences.md says so. */
class LicencesTest {
  /** Written by Maven before the tests; see cli/pom.xml. */
  private static final Path BILL = Path.of("target/app/bom.json");

  /** None asks more of who ships it than to keep its text beside. */
  private static final Set<String> ALLOWED =
      Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0");

  /** Who calls it only "The BSD License", which the bill takes for that of four clauses. */
  private static final Set<String> OF_THREE_CLAUSES =
      Set.of("com.twelvemonkeys.common", "com.twelvemonkeys.imageio");

  @Test
  void each_part_may_be_shipped() throws IOException {
    for (Map.Entry<String, Set<String>> part : parts().entrySet()) {
      assertThat(part.getValue())
          .as("licences of %s, of which one must be allowed", part.getKey())
          .containsAnyElementsOf(ALLOWED);
    }
  }

  @Test
  void the_list_in_docs_is_what_is_shipped() throws IOException {
    List<String> rows = new ArrayList<>();
    parts().forEach((part, licences) -> rows.add(part + " | " + String.join(" or ", licences)));
    List<String> documented =
        Files.readAllLines(Path.of("../docs/licences.md")).stream()
            .filter(line -> line.startsWith("| ") && line.contains(":"))
            .map(line -> line.substring(2, line.length() - 2))
            .toList();
    assertThat(documented).as("rows of docs/licences.md").containsExactlyElementsOf(rows);
  }

  /** Licences by group, name and version; natives are listed with what they belong to. */
  private static Map<String, Set<String>> parts() throws IOException {
    assumeTrue(Files.isRegularFile(BILL), "no bill of materials: run by Maven, `mvn verify`");
    Map<String, Set<String>> parts = new TreeMap<>();
    for (JsonNode part : Settings.json().readTree(Files.readString(BILL)).path("components")) {
      String group = part.path("group").asString("");
      if (group.equals("dev.adapterx")) {
        continue;
      }
      String name =
          "%s:%s | %s"
              .formatted(group, part.path("name").asString(""), part.path("version").asString(""));
      Set<String> licences = parts.computeIfAbsent(name, unseen -> new TreeSet<>());
      for (JsonNode licence : part.path("licenses")) {
        JsonNode known = licence.path("license");
        String id =
            licence.has("expression")
                ? licence.path("expression").asString("")
                : known.path("id").asString(known.path("name").asString("none named"));
        boolean three = id.equals("BSD-4-Clause") && OF_THREE_CLAUSES.contains(group);
        licences.add(three ? "BSD-3-Clause" : id);
      }
    }
    return parts;
  }
}
