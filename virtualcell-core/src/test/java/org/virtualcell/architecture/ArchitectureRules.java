package org.virtualcell.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rules of the house. They are made for a root package, so that the same rules can be held
 * against {@code org.virtualcell} and against classes planted to break them.
 */
final class ArchitectureRules {
  /** Which rooms a room may use beside itself and the public API. One entry per room. */
  static final Map<String, List<String>> ARROWS = arrows();

  private final String root;

  private ArchitectureRules(String root) {
    this.root = root;
  }

  private static Map<String, List<String>> arrows() {
    Map<String, List<String>> arrows = new LinkedHashMap<>();
    arrows.put("compute", List.of());
    arrows.put("io", List.of());
    arrows.put("provenance", List.of());
    arrows.put("atlas", List.of("io", "provenance"));
    arrows.put("stats", List.of("compute"));
    arrows.put("features", List.of("io", "stats"));
    arrows.put("nn", List.of("compute"));
    arrows.put("model", List.of("compute", "io", "provenance", "atlas", "stats", "features", "nn"));
    arrows.put("evaluate", List.of("stats", "atlas", "provenance", "io"));
    arrows.put("screen", List.of());
    arrows.put("reason", List.of("evaluate", "screen"));
    return arrows;
  }

  /**
   * All rules by name.
   *
   * @param root the package that holds the rooms
   */
  static Map<String, ArchRule> of(String root) {
    ArchitectureRules rules = new ArchitectureRules(root);
    Map<String, ArchRule> all = new LinkedHashMap<>();
    all.put("the api depends on nothing", rules.apiDependsOnNothing());
    ARROWS.keySet().forEach(room -> all.put("arrows of " + room, rules.arrowsOf(room)));
    all.put("every class lives in a room", rules.everyClassLivesInARoom());
    all.put("rooms are free of cycles", rules.roomsAreFreeOfCycles());
    all.put("evaluate uses only the atomic writer of io", rules.evaluateUsesOnlyTheAtomicWriter());
    all.put("nn knows nothing about cells", rules.nnKnowsNothingAboutCells());
    all.put("only io touches HDF5", rules.onlyIoTouchesHdf5());
    all.put("only provenance makes a JSON mapper", rules.onlyProvenanceMakesAJsonMapper());
    all.put("nothing goes to the standard streams", rules.nothingGoesToTheStandardStreams());
    all.put("nothing ends the process", rules.nothingEndsTheProcess());
    all.put("no logging framework", rules.noLoggingFramework());
    all.put("nothing is Serializable", rules.nothingIsSerializable());
    all.put("no network", rules.noNetwork());
    all.put("no global state", rules.noGlobalState());
    return all;
  }

  private String room(String name) {
    return root + "." + name + "..";
  }

  private ArchRule apiDependsOnNothing() {
    return classes()
        .that(resideInAPackage(room("api")))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", room("api")));
  }

  private ArchRule arrowsOf(String room) {
    String[] open =
        Stream.concat(Stream.of(room, "api"), ARROWS.get(room).stream())
            .map(this::room)
            .toArray(String[]::new);
    return classes()
        .that(resideInAPackage(room(room)))
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(root + "..")
                .or(resideInAnyPackage(open))
                .as("live in %s or outside the house", Arrays.toString(open)))
        .allowEmptyShould(true);
  }

  private ArchRule everyClassLivesInARoom() {
    String[] rooms =
        Stream.concat(Stream.of("api"), ARROWS.keySet().stream())
            .map(this::room)
            .toArray(String[]::new);
    return classes()
        .that(resideInAPackage(root + "..").and(DescribedPredicate.not(simpleName("package-info"))))
        .should()
        .resideInAnyPackage(rooms);
  }

  private ArchRule roomsAreFreeOfCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles();
  }

  private ArchRule evaluateUsesOnlyTheAtomicWriter() {
    return noClasses()
        .that(resideInAPackage(room("evaluate")))
        .should()
        .dependOnClassesThat(
            resideInAPackage(room("io"))
                .and(DescribedPredicate.not(simpleName("AtomicFile")))
                .and(
                    DescribedPredicate.describe(
                        "are not parts of it",
                        c -> c.getEnclosingClass().filter(simpleName("AtomicFile")).isEmpty())))
        .allowEmptyShould(true);
  }

  private ArchRule nnKnowsNothingAboutCells() {
    return classes()
        .that(resideInAPackage(room("nn")))
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(room("api"))
                .or(assignableTo(Throwable.class))
                .or(simpleName("Progress"))
                .or(simpleName("ContentDigest")))
        .allowEmptyShould(true);
  }

  private ArchRule onlyIoTouchesHdf5() {
    return noClasses()
        .that(resideOutsideOfPackage(room("io")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.bytedeco.hdf5..", "io.jhdf.."));
  }

  // Jackson's mappers for CSV and TOML are subclasses with other names and may be made where
  // needed.
  private ArchRule onlyProvenanceMakesAJsonMapper() {
    String json = "com.fasterxml.jackson.databind.json.JsonMapper";
    DescribedPredicate<JavaClass> mapper =
        equivalentTo(com.fasterxml.jackson.databind.ObjectMapper.class)
            .or(equivalentTo(com.fasterxml.jackson.databind.json.JsonMapper.class));
    return noClasses()
        .that(resideOutsideOfPackage(room("provenance")))
        .should()
        .callConstructorWhere(target(mapper))
        .orShould()
        .callMethodWhere(
            target(mapper)
                .and(
                    DescribedPredicate.describe(
                        "makes a builder",
                        call ->
                            call.getTargetOwner().getName().equals(json)
                                && call.getName().equals("builder"))));
  }

  private static DescribedPredicate<JavaAccess<?>> target(DescribedPredicate<JavaClass> owner) {
    return JavaAccess.Predicates.target(HasOwner.Predicates.With.owner(owner));
  }

  private ArchRule nothingGoesToTheStandardStreams() {
    return noClasses().that(resideInAPackage(root + "..")).should(ACCESS_STANDARD_STREAMS);
  }

  private ArchRule nothingEndsTheProcess() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class);
  }

  private ArchRule noLoggingFramework() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should(USE_JAVA_UTIL_LOGGING)
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.slf4j..", "org.apache.logging..", "org.apache.commons.logging.."));
  }

  private ArchRule nothingIsSerializable() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .dependOnClassesThat(
            are(equivalentTo(java.io.Serializable.class))
                .or(equivalentTo(java.io.Externalizable.class))
                .or(equivalentTo(java.io.ObjectInputStream.class))
                .or(equivalentTo(java.io.ObjectOutputStream.class)));
  }

  private ArchRule noNetwork() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net.http..", "javax.net..", "java.rmi..")
                .or(assignableTo(java.net.Socket.class))
                .or(assignableTo(java.net.ServerSocket.class))
                .or(assignableTo(java.net.DatagramSocket.class))
                .or(assignableTo(java.net.URLConnection.class))
                .or(assignableTo(java.net.InetAddress.class))
                .or(assignableTo(java.nio.channels.NetworkChannel.class)));
  }

  private ArchRule noGlobalState() {
    return fields()
        .that()
        .areDeclaredInClassesThat(resideInAPackage(root + ".."))
        .and()
        .areStatic()
        .should()
        .beFinal();
  }
}
