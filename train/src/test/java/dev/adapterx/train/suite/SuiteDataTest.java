package dev.adapterx.train.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.fetch.PublicSet;
import dev.adapterx.data.fetch.PublicSets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code data fetch} brings is where the suites look for it. */
class SuiteDataTest {
  static List<Suite> all() {
    return Suites.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void every_task_has_a_public_set_that_lies_where_it_is_looked_for(Suite suite) {
    Path root = Path.of("data");
    List<Path> folders =
        PublicSets.all().stream()
            .filter(set -> set.suite().equals(suite.name()))
            .map(PublicSet::folder)
            .map(root::resolve)
            .toList();
    Path own = root.resolve(suite.name());
    for (TaskForm form : suite.forms()) {
      DataPlace place = form.place();
      assertThat(place.folders())
          .as("%s in %s", place.name(), folders)
          .anyMatch(
              name -> {
                Path folder = own.resolve(name).normalize();
                return folders.contains(folder)
                    || (folders.contains(own) && folder.startsWith(own));
              });
    }
  }
}
