package dev.adapterx.export;

import dev.adapterx.task.Task;
import java.util.List;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a program must know of a task to make answers of a graph's outputs. */
final class TaskFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TaskFile() {}

  /** The task as adapter files have it: its name, labels, head, categories, colours. */
  static ObjectNode of(Task<?, ?> task) {
    ObjectNode made = JSON.createObjectNode();
    made.put("task", task.name());
    task.write(made);
    return made;
  }

  /** Levels of a detection's pyramid. */
  static int levels(Task<?, ?> detection) {
    return of(detection).at("/head/levels").asInt();
  }

  /**
   * The places of a detection, level by level and row by row: the middle of cell (x, y) of a level
   * is at ((x + ½) stride, (y + ½) stride) pixels of the input.
   */
  static void places(ArrayNode levels, Task<?, ?> detection) {
    ObjectNode own = of(detection);
    int cell = own.get("cell").asInt();
    int cells = own.get("window").asInt() / cell;
    List<Integer> sides = BoxHead.sides(cells, levels(detection));
    for (int i = 0; i < sides.size(); i++) {
      ObjectNode level = levels.addObject();
      level.put("side", sides.get(i));
      level.put("stride", cell * Math.pow(2, i - 1));
    }
  }
}
