package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.provenance.Json;

class CommandsTest {
  @TempDir private static Path shared;
  private static Bundled bundled;

  @TempDir private Path folder;

  @BeforeAll
  static void trainOnTheBundledFile() {
    bundled = Bundled.in(shared);
  }

  private static String cells() {
    return bundled.cells().toString();
  }

  private List<String> leftInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void inspectSaysWhatTheBundledFileIs() {
    Shell.Result result = Shell.run("inspect", cells());
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("  cells     5,229\n"), result.out());
    assertTrue(result.out().matches("(?s).*k562 +100 +2,875 +29 +17 activation, 12 .*"));
    assertTrue(result.out().contains("Faults: none found"), result.out());
    assertEquals("", result.err());
  }

  @Test
  void jsonOnStandardOutputIsOneValueInAnyLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      JsonNode file = Json.read(Shell.run("inspect", cells(), "--json").out(), "inspect");
      assertEquals(5229, file.path("cells").intValue());
      assertEquals(52, file.path("conditions").size());
      assertEquals("control", file.path("control").textValue());
      JsonNode devices = Json.read(Shell.run("devices", "--json").out(), "devices");
      assertTrue(devices.findValuesAsText("id").contains("java"), devices.toString());
      JsonNode card =
          Json.read(Shell.run("model", "show", bundled.model().toString(), "--json").out(), "card");
      assertEquals("baseline:additive", card.path("name").textValue());
      assertEquals(52, card.path("conditions").size());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void everyDeviceIsListedWithAReasonWhenAbsent() {
    JsonNode devices = Json.read(Shell.run("devices", "--json").out(), "devices");
    int chosen = 0;
    for (JsonNode device : devices) {
      assertEquals(device.path("present").booleanValue(), device.path("reason").asText().isEmpty());
      chosen += device.path("auto").booleanValue() ? 1 : 0;
    }
    assertEquals(1, chosen);
    assertTrue(Shell.run("devices").out().contains("java"));
  }

  @Test
  void inspectOfAFileWithoutPerturbationsSaysWhyAndStillSucceeds() {
    Shell.Result result = Shell.run("inspect", cells(), "--control", "NTC");
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("NTC"), result.out());
    assertTrue(result.out().contains("  cells     5,229\n"), result.out());
  }

  @Test
  void aSplitIsMadeCheckedAndTrainedOn() throws IOException {
    Path split = folder.resolve("split.toml");
    Shell.Result made =
        Shell.run(
            "split",
            "--data",
            cells(),
            "--policy",
            "unseen-context",
            "--seed",
            "3",
            "--out",
            split.toString());
    assertEquals(0, made.status(), made.err());
    String toml = Files.readString(split);
    assertTrue(toml.contains("[zeroshot]"), toml);
    assertTrue(toml.contains("# Leakage report\n# unseen-context: "), toml);
    Shell.Result checked = Shell.run("split", "--data", cells(), "--check", split.toString());
    assertEquals(0, checked.status(), checked.err());
    assertTrue(checked.out().endsWith("No leak found.\n"), checked.out());
    Path model = folder.resolve("m.safetensors");
    Shell.Result trained =
        Shell.run(
            "train",
            "--data",
            cells(),
            "--split",
            split.toString(),
            "--model",
            "baseline:context-mean",
            "--out",
            model.toString());
    assertEquals(0, trained.status(), trained.err());
    JsonNode card = Json.read(Shell.run("model", "show", model.toString(), "--json").out(), "card");
    assertTrue(card.path("conditions").size() < 52, "held-out conditions are not trained on");
    assertEquals(4, card.path("contexts").size(), "controls of all contexts are");
  }

  @Test
  void aSplitThatLeaksIsBadInput() throws IOException {
    Path split = folder.resolve("leaking.toml");
    Shell.Result made =
        Shell.run(
            "split",
            "--data",
            cells(),
            "--policy",
            "unseen-combination",
            "--out",
            split.toString());
    assertEquals(0, made.status(), made.err());
    Path damaged = Files.writeString(folder.resolve("damaged.toml"), "[training\n");
    assertEquals(3, Shell.run("split", "--data", cells(), "--check", damaged.toString()).status());
    Path foreign =
        Files.writeString(
            folder.resolve("foreign.toml"),
            Files.readString(split).replace(".k562\"", ".nowhere\""));
    Shell.Result refused = Shell.run("split", "--data", cells(), "--check", foreign.toString());
    assertEquals(3, refused.status());
    assertTrue(refused.err().contains("nowhere"), refused.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --model baseline:magic",
        "train",
        "train --model effect --update m",
        "train --model effect --retune",
        "train --model baseline:additive --resume",
        "train --model baseline:additive --config c.toml",
        "train --model baseline:additive --features f.csv",
        "train --model baseline:additive --data again.h5ad",
        "predict --perturbation A --cells 0",
        "predict --perturbation A --threads 0",
        "predict",
        "predict --perturbation A --perturbations b.csv",
        "predict --perturbation A --units furlongs",
        "evaluate --profile vcc2024",
        "evaluate --anchors compute",
        "evaluate --baseline tiled",
        "evaluate --replicate-splits numpy",
        "evaluate --target-gene-map map.json",
        "split --policy easy",
        "split",
        "quickstart --data unknown",
        "quickstart --seed many",
        "model",
        "devices --jsn",
        "inspect"
      })
  void whatMakesNoSenseOrIsNotServedYetIsAUsageErrorThatSaysWhatThereIs(String line)
      throws IOException {
    String out = folder.resolve("out").toString();
    String complete =
        switch (line.split(" ")[0]) {
          case "train" -> line + " --data " + cells() + " --out " + out;
          case "predict" -> line + " --model m --data d --out " + out;
          case "evaluate" -> line + " --real r --predicted p --out " + out;
          case "split" -> line + " --data d --out " + out;
          default -> line;
        };
    Shell.Result result = Shell.run(complete.split(" "));
    assertEquals(2, result.status(), complete + "\n" + result.err());
    assertEquals("", result.out());
    assertFalse(result.err().contains("\tat "), result.err());
    assertTrue(result.err().contains("--help"), result.err());
    assertEquals(List.of(), leftInFolder());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "inspect",
        "train",
        "predict",
        "evaluate",
        "split",
        "embed",
        "nearest",
        "devices",
        "model show"
      })
  void theHelpOfEveryVerbNamesItsOptionsAndGivesExamples(String verb) {
    Shell.Result help = Shell.run((verb + " --help").split(" "));
    assertEquals(0, help.status());
    assertEquals("", help.err());
    picocli.CommandLine command =
        CommandShell.commands(
            Terminal.of(new java.io.ByteArrayOutputStream(), System.err), new Interruption());
    for (String name : verb.split(" ")) {
      command = command.getSubcommands().get(name);
    }
    for (picocli.CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        assertTrue(help.out().contains(option.longestName()), option.longestName());
      }
    }
    assertTrue(help.out().contains("Usage: vc " + verb), help.out());
    assertTrue(help.out().contains("Examples:\n  vc " + verb), help.out());
    help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @Test
  void quietPrintsResultsOnly() {
    Path model = folder.resolve("m.safetensors");
    Shell.Result result =
        Shell.run(
            "train",
            "--data",
            cells(),
            "--model",
            "baseline:no-change",
            "--out",
            model.toString(),
            "--quiet");
    assertEquals(0, result.status());
    assertEquals("", result.err());
    assertTrue(result.out().contains("Written to " + model), result.out());
    assertFalse(result.out().contains("\u001b["), "no colours away from a terminal");
  }
}
