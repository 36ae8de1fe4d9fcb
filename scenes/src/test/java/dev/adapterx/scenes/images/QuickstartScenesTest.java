package dev.adapterx.scenes.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuickstartScenesTest {
  private static final int SIZE = QuickstartScenes.SIZE;
  private final QuickstartScenes scenes = new QuickstartScenes(3);

  @Test
  void a_picture_is_a_function_of_seed_split_and_index() {
    QuickstartScenes.Known known = scenes.picture("train", 5);
    QuickstartScenes.Known again = new QuickstartScenes(3).picture("train", 5);
    assertThat(again.picture().pixels()).isEqualTo(known.picture().pixels());
    assertThat(again.classes()).isEqualTo(known.classes());
    assertThat(again.boxes()).isEqualTo(known.boxes());
    assertThat(scenes.picture("test", 5).picture().pixels()).isNotEqualTo(known.picture().pixels());
    assertThat(new QuickstartScenes(4).picture("train", 5).picture().pixels())
        .isNotEqualTo(known.picture().pixels());
  }

  /** Each box is that of pixels of its class, and every labelled pixel lies in such a box. */
  @Test
  void boxes_and_masks_say_the_same() {
    Set<Integer> things = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      QuickstartScenes.Known known = scenes.picture("train", i);
      assertThat(known.boxes()).hasSizeBetween(1, 2);
      boolean[] explained = new boolean[SIZE * SIZE];
      for (QuickstartScenes.Box box : known.boxes()) {
        things.add(box.thing());
        assertThat(box.left()).isBetween(0, box.right() - 1);
        assertThat(box.right()).isLessThanOrEqualTo(SIZE);
        assertThat(box.top()).isBetween(0, box.bottom() - 1);
        assertThat(box.bottom()).isLessThanOrEqualTo(SIZE);
        int inside = 0;
        boolean[] edges = new boolean[4];
        for (int y = box.top(); y < box.bottom(); y++) {
          for (int x = box.left(); x < box.right(); x++) {
            if (known.classes()[y * SIZE + x] == box.thing() + 1) {
              inside++;
              explained[y * SIZE + x] = true;
              edges[0] |= x == box.left();
              edges[1] |= y == box.top();
              edges[2] |= x == box.right() - 1;
              edges[3] |= y == box.bottom() - 1;
            }
          }
        }
        assertThat(inside).as("picture %d, %s", i, box).isGreaterThan(30);
        assertThat(edges).as("picture %d, %s", i, box).containsOnly(true);
      }
      for (int pixel = 0; pixel < explained.length; pixel++) {
        assertThat(explained[pixel]).isEqualTo(known.classes()[pixel] > 0);
      }
    }
    assertThat(things).hasSize(QuickstartScenes.things().size());
  }
}
