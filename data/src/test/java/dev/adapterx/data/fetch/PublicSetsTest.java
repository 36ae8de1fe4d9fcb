package dev.adapterx.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.FewShotTasks;
import dev.adapterx.data.images.FgvcTasks;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of what is known is in order. */
class PublicSetsTest {
  static List<PublicSet> all() {
    return PublicSets.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_set_says_what_people_need_to_know(PublicSet set) {
    assertThat(set.name()).matches("[a-z0-9-]+(/[a-z0-9-]+)?");
    assertThat(set.about()).isNotBlank();
    assertThat(set.terms()).isNotBlank();
    assertThat(URI.create(set.page()).getHost()).isNotBlank();
    assertThat(set.folder()).matches("[\\w-]+(/[\\w-]+)?");
    assertThat(set.parts()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void what_is_fetched_comes_from_who_it_should(PublicSet set) {
    for (Part part : set.parts()) {
      assertThat(part.source()).as(part.file()).isNotBlank();
      if (part.isByHand()) {
        assertThat(part.byHand()).contains("http", part.file().replaceFirst("\\..*", ""));
      } else {
        URI address = URI.create(part.address());
        assertThat(address.getHost()).isNotBlank();
        assertThat(address.getFragment()).isNull();
        // Without https anybody between here and there could exchange it; a hash tells.
        assertThat(address.getScheme().equals("https") || part.trust().equals("SHA-256"))
            .as(part.address())
            .isTrue();
      }
    }
  }

  @Test
  void names_and_folders_are_given_once() {
    assertThat(all()).extracting(PublicSet::name).doesNotHaveDuplicates();
    assertThat(all()).extracting(PublicSet::folder).doesNotHaveDuplicates();
  }

  @Test
  void a_file_of_one_name_and_address_has_one_size_and_hash() {
    List<Part> parts = all().stream().flatMap(set -> set.parts().stream()).toList();
    for (Part part : parts) {
      assertThat(parts.stream().filter(p -> p.address() != null))
          .filteredOn(p -> p.address().equals(part.address()))
          .allMatch(
              p -> p.size() == part.size() && String.valueOf(p.hash()).equals("" + part.hash()));
    }
  }

  @Test
  void folders_are_those_that_the_tasks_are_looked_for_in() {
    for (FgvcTasks.Task task : FgvcTasks.ALL) {
      PublicSet set = PublicSets.named("fgvc/" + task.name()).get(0);
      assertThat(task.folders()).contains(set.folder().replace("fgvc/", ""));
    }
    for (FewShotTasks.Task task : FewShotTasks.ALL) {
      PublicSet set = PublicSets.named("few-shot/" + task.name()).get(0);
      assertThat(task.folders()).contains(set.folder().replace("few-shot/", ""));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vtab-1k, 1",
    "fgvc, 5",
    "few-shot, 5",
    "fgvc/nabirds, 1",
    "nabirds, 1",
    "food-101, 1",
    "modelnet40, 1",
    "shapenetpart, 1"
  })
  void sets_are_found_by_name_by_suite_and_by_the_end_of_the_name(String name, int count) {
    assertThat(PublicSets.named(name)).hasSize(count);
  }

  @Test
  void a_name_that_is_not_known_is_answered_with_the_nearest() {
    assertThatThrownBy(() -> PublicSets.named("modelnet-40"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("No public data set 'modelnet-40' is known; there are vtab-1k, ")
        .hasMessageEndingWith("did you mean 'modelnet40'?");
    assertThatThrownBy(() -> PublicSets.named("stanford-cars"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("say which: fgvc/stanford-cars, few-shot/stanford-cars");
  }

  @Test
  void a_part_that_nobody_could_trust_is_refused() {
    Take all = Take.of("(.*)", "$1");
    assertThatThrownBy(() -> Part.fetched("a.zip", "http://a.org/a.zip", -1, null, "x", all))
        .hasMessageContaining("without https and without a SHA-256");
    assertThatThrownBy(() -> Part.fetched("a.zip", "https://a.org/a.zip", -1, "sha256=1", "x", all))
        .hasMessageContaining("the hash is none");
    assertThatThrownBy(() -> Part.fetched("../a", "https://a.org/a.zip", -1, null, "x", all))
        .hasMessageContaining("no plain file name");
    assertThatThrownBy(() -> Part.fetched("a.zip", "https://a.org/a.zip", -1, null, "x"))
        .hasMessageContaining("nothing of it is wanted");
  }

  @Test
  void a_take_is_of_whole_names() {
    Take take = Take.folder("images", "pictures");
    assertThat(take.place("a/images/b/c.jpg")).isEqualTo(Optional.of("pictures/b/c.jpg"));
    assertThat(take.place("images/c$1.jpg")).isEqualTo(Optional.of("pictures/c$1.jpg"));
    assertThat(take.place("a-images/c.jpg")).isEmpty();
    assertThat(take.place("images")).isEmpty();
  }
}
