package org.virtualcell.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final String HOUSE = "org.virtualcell";
  private static final String PLANTED = "planted";

  private static final JavaClasses HOUSE_CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(HOUSE);
  private static final JavaClasses PLANTED_CLASSES =
      new ClassFileImporter().importPackages(PLANTED);

  /** Which planted classes break which rule; no others may. */
  private static final Map<String, Set<String>> VIOLATIONS = violations();

  private static Map<String, Set<String>> violations() {
    Map<String, Set<String>> violations = new LinkedHashMap<>();
    violations.put("the api depends on nothing", Set.of("UsesALibrary"));
    violations.put("arrows of compute", Set.of("ComputeUsesIo"));
    violations.put("arrows of io", Set.of("IoUsesAtlas"));
    violations.put("arrows of provenance", Set.of("ProvenanceUsesIo"));
    violations.put("arrows of atlas", Set.of("AtlasUsesStats"));
    violations.put("arrows of stats", Set.of("StatsUsesAtlas"));
    violations.put("arrows of features", Set.of("FeaturesUsesModel"));
    violations.put("arrows of nn", Set.of("NnUsesStats"));
    violations.put("arrows of model", Set.of("ModelUsesEvaluate"));
    violations.put("arrows of evaluate", Set.of("EvaluateUsesModel"));
    violations.put("arrows of screen", Set.of("ScreenUsesModel"));
    violations.put("arrows of reason", Set.of("ReasonUsesModel"));
    violations.put("every class lives in a room", Set.of("LivesInNoRoom"));
    violations.put("rooms are free of cycles", Set.of("AtlasUsesStats", "StatsUsesAtlas"));
    violations.put("evaluate uses only the atomic writer of io", Set.of("EvaluateUsesAReader"));
    violations.put("nn knows nothing about cells", Set.of("NnUsesCells"));
    violations.put("only io touches HDF5", Set.of("TouchesHdf5", "TouchesJhdf"));
    violations.put(
        "only provenance makes a JSON mapper", Set.of("MakesAMapper", "MakesAMapperBuilder"));
    violations.put("nothing goes to the standard streams", Set.of("Prints"));
    violations.put("nothing ends the process", Set.of("EndsTheProcess"));
    violations.put("no logging framework", Set.of("Logs"));
    violations.put("nothing is Serializable", Set.of("IsSerializable"));
    violations.put("no network", Set.of("Downloads"));
    violations.put("no global state", Set.of("KeepsGlobalState"));
    return violations;
  }

  static Stream<String> rules() {
    return ArchitectureRules.of(HOUSE).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theHouseKeepsTheRule(String name) {
    ArchitectureRules.of(HOUSE).get(name).check(HOUSE_CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleFindsThePlantedViolationAndNothingElse(String name) {
    ArchRule rule = ArchitectureRules.of(PLANTED).get(name);
    Set<String> found = new TreeSet<>();
    for (String line : rule.evaluate(PLANTED_CLASSES).getFailureReport().getDetails()) {
      Matcher place = Pattern.compile("\\((\\w+)\\.java:\\d+\\)").matcher(line);
      while (place.find()) {
        found.add(place.group(1));
      }
    }
    Set<String> expected = new TreeSet<>(VIOLATIONS.get(name));
    if (name.equals("rooms are free of cycles")) {
      found.retainAll(expected); // a cycle is reported with every class on it, innocent ones too
    }
    assertEquals(expected, found);
  }

  @Test
  void everyRuleHasItsPlantedViolation() {
    assertEquals(VIOLATIONS.keySet(), ArchitectureRules.of(HOUSE).keySet());
  }

  @Test
  void theHouseWasImported() {
    assertTrue(HOUSE_CLASSES.contain("org.virtualcell.api.CellState"));
    assertTrue(HOUSE_CLASSES.contain("org.virtualcell.stats.Pseudobulk"));
  }
}
