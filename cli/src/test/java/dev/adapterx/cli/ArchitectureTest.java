package dev.adapterx.cli;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house's plan, held: who may know whom, and what nobody does. */
class ArchitectureTest {
  private static final String HOUSE = "dev.adapterx.";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.adapterx");

  @Test
  void all_rooms_are_seen() {
    for (String room :
        List.of(
            "base", "hub", "tensor", "nn", "model", "task", "peft", "weights", "data", "scenes",
            "infer", "dense", "serve", "train", "tasks", "export", "spark", "cli")) {
      assertThat(MAIN.stream().filter(c -> c.getPackageName().startsWith(HOUSE + room)))
          .as(room)
          .isNotEmpty();
    }
    assertThat(MAIN.stream().filter(c -> c.getPackageName().startsWith(HOUSE + "testing")))
        .isEmpty();
  }

  /** Arrows point down only: the room on the left knows none of those on the right. */
  @ParameterizedTest
  @CsvSource({
    "base,    hub tensor nn model task peft weights data scenes infer dense serve train tasks export spark cli",
    "hub,     tensor nn model task peft weights data scenes infer dense serve train tasks export spark cli",
    "tensor,  nn model task peft weights data scenes infer dense serve train tasks export spark cli",
    "nn,      model task peft weights data scenes infer dense serve train tasks export spark cli",
    "model,   task peft data scenes infer dense serve train tasks export spark cli",
    "task,    peft data scenes infer dense serve train tasks export spark cli",
    "peft,    data scenes infer dense serve train tasks export spark cli",
    "weights, tensor nn model task peft data scenes infer dense serve train tasks export spark cli",
    "data,    tensor nn model task peft weights scenes infer dense serve train tasks export spark cli",
    "scenes,  tensor nn model task peft weights infer dense serve train tasks export spark cli",
    "infer,   scenes dense serve train tasks export spark cli",
    "dense,   scenes serve train tasks export spark cli",
    "serve,   scenes train tasks export spark cli",
    "train,   dense serve tasks export spark cli",
    "tasks,   serve export spark cli",
    "export,  data scenes infer dense serve train tasks spark cli",
    "spark,   serve export cli",
  })
  void a_room_does_not_know_those_above_and_beside_it(String room, String unknown) {
    noClasses()
        .that()
        .resideInAPackage(HOUSE + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Arrays.stream(unknown.split(" ")).map(r -> HOUSE + r + "..").toArray(String[]::new))
        .check(MAIN);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.adapterx.(**)").should().beFreeOfCycles().check(MAIN);
  }

  /** More than that no reader takes in; what belongs together is then a package of its own. */
  @Test
  void packages_have_at_most_thirty_classes() {
    Map<String, Long> sizes =
        MAIN.stream()
            .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(sizes)
        .isNotEmpty()
        .allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(30));
  }

  /** Of dense, heads and losses have tensors; masks, boxes, measures and readers have none. */
  @Test
  void the_native_engine_is_touched_where_tensors_are_only() {
    noClasses()
        .that()
        .resideInAnyPackage(
            HOUSE + "base..",
            HOUSE + "hub..",
            HOUSE + "weights..",
            HOUSE + "data..",
            HOUSE + "scenes..",
            HOUSE + "dense.mask..",
            HOUSE + "dense.box..",
            HOUSE + "dense.score..",
            HOUSE + "dense.layout..",
            HOUSE + "dense.picture..",
            HOUSE + "serve..",
            HOUSE + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(MAIN);
  }

  /** What a server or an executor carries: no recipes, no optimiser. */
  @Test
  void prediction_needs_neither_json_nor_training() throws IOException {
    noClasses()
        .that()
        .resideInAPackage(HOUSE + "infer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..", "com.fasterxml..", HOUSE + "train..")
        .check(MAIN);
    List<String> carried =
        Files.readString(Path.of("..", "infer", "pom.xml"))
            .lines()
            .filter(line -> line.contains("<dependency>") && !line.contains("<scope>test"))
            .map(line -> line.replaceAll(".*<artifactId>(.*)</artifactId>.*", "$1"))
            .toList();
    assertThat(carried).containsExactly("adapterx-core", "adapterx-data");
  }

  @Test
  void only_the_command_line_prints_and_exits() {
    ArchRule silent =
        noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + "cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
    silent.check(MAIN);
    ArchRule here =
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Main.class.getName())
            .should()
            .callMethod(System.class, "exit", int.class);
    here.check(MAIN);
  }

  @Test
  void nothing_static_changes() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(SYNTHETIC) // switch tables of the compiler
        .should()
        .haveModifier(FINAL)
        .check(MAIN);
    noFields().that().haveModifier(STATIC).should().haveRawType(ThreadLocal.class).check(MAIN);
  }

  @Test
  void every_draw_comes_from_a_named_stream() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.SplittableRandom")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.Collections.class, "shuffle", List.class)
        .check(MAIN);
  }

  @Test
  void errors_have_names() {
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(MAIN);
  }
}
