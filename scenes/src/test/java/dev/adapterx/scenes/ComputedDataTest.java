package dev.adapterx.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.sets.DataKind;
import org.junit.jupiter.api.Test;

class ComputedDataTest {
  @Test
  void kinds_of_names_and_of_paths_that_are_none() {
    assertThat(ComputedData.kind("formula:4x4")).contains(DataKind.IMAGES);
    assertThat(ComputedData.kind("shapes:4x4")).contains(DataKind.CLOUDS);
    assertThat(ComputedData.kind("a\0b")).isEmpty();
  }
}
