package dev.adapterx.data.points.format;

import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Known but unsupported formats of points and meshes: their names, and how to convert them. */
public final class OtherFormats {
  private static final String MESH =
      "save the mesh as PLY, OBJ or STL, for example with Blender or with Python's trimesh:"
          + " trimesh.load(IN, force='mesh').export('OUT.ply')";
  private static final String CAD =
      "save its surface as STL, for example with FreeCAD or with Python's cadquery";
  private static final String SCAN = "save the points as PLY or LAS, for example with CloudCompare";
  private static final String BAG =
      "save each turn as PCD, for example with 'ros2 bag' and pcl_ros' bag_to_pcd";

  private static final Map<String, String> WAYS =
      Map.ofEntries(
          Map.entry("glb", MESH),
          Map.entry("gltf", MESH),
          Map.entry("fbx", MESH),
          Map.entry("dae", MESH),
          Map.entry("3ds", MESH),
          Map.entry("3mf", MESH),
          Map.entry("blend", MESH),
          Map.entry("usd", MESH),
          Map.entry("usdz", MESH),
          Map.entry("wrl", MESH),
          Map.entry("x3d", MESH),
          Map.entry("vtk", MESH),
          Map.entry("vtp", MESH),
          Map.entry("drc", MESH),
          Map.entry("step", CAD),
          Map.entry("stp", CAD),
          Map.entry("iges", CAD),
          Map.entry("igs", CAD),
          Map.entry("ifc", CAD),
          Map.entry("e57", SCAN),
          Map.entry("ptx", SCAN),
          Map.entry("rcp", SCAN),
          Map.entry("rcs", SCAN),
          Map.entry("zfs", SCAN),
          Map.entry("fls", SCAN),
          Map.entry("bag", BAG),
          Map.entry("mcap", BAG));

  private OtherFormats() {}

  /** Whether a file's name has one of their extensions. */
  public static boolean isKnown(Path file) {
    return WAYS.containsKey(extension(Folders.name(file)));
  }

  /** How to convert a file of that name; empty for others. */
  static Optional<String> wayOut(String name) {
    String extension = extension(name);
    return Optional.ofNullable(WAYS.get(extension))
        .map(way -> extension.toUpperCase(Locale.ROOT) + " is not read; " + way);
  }

  /**
   * The number of such files by format, and how to convert them; empty if there are none. For
   * example {@code 3 .glb and 1 .step are not read; save …}.
   */
  public static Optional<String> counted(List<Path> files) {
    Map<String, Integer> counts = new TreeMap<>();
    files.stream()
        .filter(OtherFormats::isKnown)
        .forEach(f -> counts.merge(extension(Folders.name(f)), 1, Integer::sum));
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "%s not read; %s"
            .formatted(
                counts.entrySet().stream()
                        .map(e -> e.getValue() + " files ." + e.getKey())
                        .collect(Collectors.joining(" and "))
                    + " are",
                counts.keySet().stream()
                    .map(e -> String.valueOf(WAYS.get(e)))
                    .distinct()
                    .collect(Collectors.joining(" / "))));
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
