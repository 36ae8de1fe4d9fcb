package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CloudFileTest {
  @TempDir Path folder;

  static Stream<String> clouds() {
    return SampleFiles.clouds().keySet().stream();
  }

  static Stream<String> meshes() {
    return SampleFiles.meshes().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("clouds")
  void the_same_cloud_is_the_same_in_every_format(String name) {
    Clouds.same(Clouds.points(name, SampleFiles.clouds().get(name)), SampleFiles.XYZ);
  }

  @ParameterizedTest
  @MethodSource("meshes")
  void the_same_mesh_is_the_same_in_every_format(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), SampleFiles.meshes().get(name));
    Mesh mesh = CloudFile.mesh(file);
    Clouds.same(mesh.vertices(), SampleFiles.XYZ);
    assertThat(mesh.triangles()).containsExactly(0, 1, 2, 0, 1, 2, 0, 2, 3);
    assertThat(mesh.faces()).isEqualTo(name.equals("strips.ply") ? 3 : 2);
    assertThat(CloudFile.read(file, new MeshSampling(10, 3)).size()).isEqualTo(10);
  }

  static Stream<String> marked() {
    return clouds().filter(n -> n.equals("a.off") || !n.startsWith("a."));
  }

  static Stream<String> binary() {
    return clouds().filter(n -> !n.startsWith("a"));
  }

  @ParameterizedTest
  @MethodSource("marked")
  void content_tells_the_format_where_it_has_a_mark(String name) {
    Clouds.same(Clouds.points("wrong.obj", SampleFiles.clouds().get(name)), SampleFiles.XYZ);
  }

  @ParameterizedTest
  @MethodSource("binary")
  void a_binary_file_cut_off_anywhere_is_refused(String name) {
    byte[] whole = SampleFiles.clouds().get(name);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> CloudFile.read(part, name, Clouds.SAMPLING))
          .as("%d of %d bytes of %s", length, whole.length, name)
          .isInstanceOf(DataException.class);
    }
  }

  @Test
  void extensions_are_known_in_any_case() {
    assertThat(CloudFile.extensions())
        .containsExactly(
            "off", "ply", "pcd", "npy", "las", "laz", "stl", "obj", "npz", "bin", "xyz", "txt",
            "asc", "pts", "csv", "xyzn", "xyzrgb", "xyzi");
    assertThat(CloudFile.isKnown(Path.of("a/B.OFF"))).isTrue();
    assertThat(CloudFile.isKnown(Path.of("a/b.png"))).isFalse();
    assertThat(CloudFile.isKnown(Path.of("off"))).isFalse();
  }

  @Test
  void an_unknown_format_is_refused_with_those_known() {
    Clouds.refused(
        "a.abc",
        "something",
        "its format is unknown. Known extensions: off, ply, pcd, npy, las, laz, stl, obj, npz, bin,"
            + " xyz, txt, asc, pts, csv, xyzn, xyzrgb, xyzi");
  }

  @Test
  void a_known_format_that_is_not_read_is_named_with_the_way_out() {
    Clouds.refused(
        "a.GLB",
        "glTF",
        "GLB is not read; save the mesh as PLY, OBJ or STL, for example with Blender or with"
            + " Python's trimesh: trimesh.load(IN, force='mesh').export('OUT.ply')");
    assertThat(OtherFormats.counted(List.of(Path.of("a.e57"), Path.of("b.E57"), Path.of("c.ply"))))
        .contains(
            "2 files .e57 are not read; save the points as PLY or LAS, for example with"
                + " CloudCompare");
    assertThat(OtherFormats.counted(List.of(Path.of("c.ply")))).isEmpty();
  }

  static Stream<String> triangles() {
    return SampleFiles.triangles().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("triangles")
  void stl_is_read_as_text_and_binary_whatever_its_header_says(String name) throws IOException {
    Mesh mesh =
        CloudFile.mesh(Files.write(folder.resolve(name), SampleFiles.triangles().get(name)));
    double[] xyz = SampleFiles.XYZ;
    Clouds.same(
        mesh.vertices(),
        Stream.of(Arrays.copyOf(xyz, 9), Arrays.copyOfRange(xyz, 3, 12))
            .flatMapToDouble(Arrays::stream)
            .toArray());
    assertThat(mesh.triangles()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(mesh.faces()).isEqualTo(2);
  }

  @Test
  void what_is_wrong_with_stl_is_said() {
    byte[] binary = SampleFiles.triangles().get("binary.stl");
    Clouds.refused(
        "a.stl",
        Arrays.copyOf(binary, binary.length - 1),
        "expected 2 triangles, found 1: it ends at byte 183. It is cut off; fetch or write it again");
    byte[] hostile = Bytes.little().zeros(80).u4(0xFFFFFFFFL).zeros(50).done();
    Clouds.refused(
        "a.stl",
        hostile,
        "the header promises 4294967295 triangles, expected 0 to 50000000: it is damaged, or the"
            + " file must be thinned out or cut in pieces");
    Clouds.refused(
        "a.stl",
        "solid\nfacet normal 0 0 1\nvertex 0 0 0\nvertex 1 0 0\nendfacet\n",
        "line 5: facet 1 (counted from 1) has 2 corners, expected 3; write the file again");
    Clouds.refused(
        "a.stl",
        "solid\nfacet normal 0 0 1\nvertex 0 0 0\n",
        "it ends within facet 1. It is cut off; fetch or write it again");
    Clouds.refused(
        "a.stl",
        "abc",
        "it ends at byte 3, within its header of 84. It is cut off; fetch or write it again");
  }

  @Test
  void homogeneous_coordinates_are_divided() {
    Clouds.same(Clouds.points("a.off", "4OFF 2 0 0\n2 4 6 2\n1 1 1 0.5\n"), 1, 2, 3, 2, 2, 2);
  }

  @Test
  void what_is_no_scan_is_refused() {
    Clouds.refused(
        "a.bin",
        new byte[20],
        "its 20 bytes are no whole number of points of 16 bytes, float32 x y z reflectance; scans"
            + " of five numbers, as nuScenes has them, must end in .pcd.bin");
    Clouds.refused(
        "a.bin",
        Bytes.little().f4(1, 2, 3e9, 0).done(),
        "point 1 (counted from 1) is (1.0, 2.0, 3.0E9), farther than any scanner sees: it is no"
            + " scan of float32 x y z reflectance. Save it as .npy");
  }

  @Test
  void arrays_of_an_archive_are_told_apart_by_name() {
    Clouds.same(Clouds.points("a.npz", SampleFiles.npz("cloud")), SampleFiles.XYZ);
    Clouds.refused(
        "a.npz",
        SampleFiles.npz("a", "b"),
        "it has the arrays a, b; expected a single one, or one called points, xyz, pos, pc,"
            + " point_cloud, pointcloud, coords, data");
    Clouds.refused("a.npz", "PK", "it is no archive of np.savez, or has no array");
  }

  @Test
  void an_empty_file_is_refused() {
    Clouds.refused("a.ply", "", "it is empty");
  }

  @Test
  void a_missing_file_and_a_folder_are_refused() {
    assertThatThrownBy(() -> CloudFile.read(folder.resolve("no.off"), Clouds.SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessage("Could not read point cloud " + folder.resolve("no.off") + ": no such file");
    assertThatThrownBy(() -> CloudFile.mesh(folder))
        .isInstanceOf(DataException.class)
        .hasMessage("Could not read point cloud " + folder + ": it is a folder");
  }

  @Test
  void a_cloud_too_far_away_for_single_precision_is_centred_in_double_precision() {
    Clouds.same(Clouds.points("a.xyz", "5800000.25 0 7\n5800010.25 0 7\n"), -5, 0, 0, 5, 0, 0);
    Clouds.same(Clouds.points("a.xyz", "5800000.25 0 0\n"), 5800000.25, 0, 0);
    // Sixteenths far away, but exact in single precision: left where they are.
    Clouds.same(
        Clouds.points("a.xyz", "500000 0 0\n500000.0625 0 0\n"), 5e5, 0, 0, 500000.0625, 0, 0);
  }

  /** Two trees of six metres in UTM, written in every format that can hold such coordinates. */
  @ParameterizedTest
  @MethodSource("maps")
  void coordinates_of_maps_lose_nothing_but_their_offset(String name) {
    float[] found = Clouds.points(name, SampleFiles.maps().get(name));
    double[] mean = new double[3];
    for (int i = 0; i < 12; i++) {
      mean[i % 3] += SampleFiles.MAP[i] / 4;
    }
    assertThat(found).hasSize(12);
    for (int i = 0; i < 12; i++) {
      assertThat(found[i]).isCloseTo((float) (SampleFiles.MAP[i] - mean[i % 3]), within(3e-7f));
    }
  }

  static Stream<String> maps() {
    return SampleFiles.maps().keySet().stream();
  }

  static Stream<String> gaps() {
    return SampleFiles.gaps().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("gaps")
  void points_without_finite_coordinates_are_left_out_and_counted(String name) {
    PointCloud cloud = CloudFile.read(SampleFiles.gaps().get(name), name, Clouds.SAMPLING);
    Clouds.same(cloud.xyz(), 0, 0, 0, 0.5, 2, -0.25);
    assertThat(cloud.leftOut()).isEqualTo(2);
  }

  @Test
  void faces_with_a_vertex_that_is_left_out_go_with_it() throws IOException {
    String off = "OFF\n5 3 0\n0 0 0\nnan 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 1 2\n3 0 2 3\n4 4 3 2 0\n";
    Mesh mesh = CloudFile.mesh(Files.writeString(folder.resolve("a.off"), off));
    Clouds.same(mesh.vertices(), 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(mesh.triangles()).containsExactly(0, 1, 2, 3, 2, 1, 3, 1, 0);
    assertThat(mesh.leftOut()).isEqualTo(1);
    PointCloud cloud = CloudFile.read(Clouds.bytes(off), "a.off", Clouds.SAMPLING);
    assertThat(cloud.size()).isEqualTo(Clouds.SAMPLING.points());
    assertThat(cloud.leftOut()).isEqualTo(1);
  }

  @Test
  void files_larger_than_the_buffer_are_read_whole() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append(' ').append(-i).append(" 0.5\n");
    }
    float[] xyz = Clouds.points("a.xyz", text.toString());
    assertThat(xyz).hasSize(60_000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(xyz[3 * i]).isEqualTo(i);
      assertThat(xyz[3 * i + 1]).isEqualTo(-i);
    }
  }

  @Test
  @SharedData
  void real_meshes_are_all_read() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SharedData.Beside.folder().resolve("off-samples"))) {
      files = all.filter(CloudFile::isKnown).filter(f -> f.toString().endsWith(".off")).toList();
    }
    assertThat(files).hasSize(145);
    List<String> broken = new ArrayList<>();
    for (Path file : files) {
      try {
        Mesh mesh = CloudFile.mesh(file);
        assertThat(mesh.faces()).as("%s", file).isPositive();
        float[] xyz = CloudFile.read(file, new MeshSampling(256, 1)).xyz();
        assertThat(xyz).hasSize(768);
        for (float x : xyz) {
          assertThat(Float.isFinite(x)).isTrue();
        }
      } catch (DataException e) {
        broken.add(e.getMessage());
      }
    }
    assertThat(broken).isEmpty();
  }
}
