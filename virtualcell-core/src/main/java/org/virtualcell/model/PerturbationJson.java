package org.virtualcell.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.virtualcell.api.Dose;
import org.virtualcell.api.Perturbation;
import org.virtualcell.provenance.Json;

/** Perturbations as JSON and back, every part of them. */
final class PerturbationJson {
  private PerturbationJson() {}

  static ObjectNode write(Perturbation perturbation) {
    ObjectNode json = Json.object();
    if (perturbation instanceof Perturbation.Control control) {
      json.put("kind", "control").put("label", control.label());
    } else if (perturbation instanceof Perturbation.GenePerturbation gene) {
      json.put("kind", "gene").put("gene", gene.gene());
      json.put("mode", lower(gene.mode()));
    } else if (perturbation instanceof Perturbation.CompoundPerturbation compound) {
      json.put("kind", "compound").put("name", compound.name());
      compound.smiles().ifPresent(s -> json.put("smiles", s));
      exposure(json, compound.dose(), compound.time());
    } else if (perturbation instanceof Perturbation.ProteinPerturbation protein) {
      json.put("kind", "protein").put("name", protein.name());
      json.put("protein", lower(protein.kind()));
      exposure(json, protein.dose(), protein.time());
    } else {
      json.put("kind", "combination");
      ArrayNode members = json.putArray("members");
      perturbation.parts().forEach(part -> members.add(write(part)));
    }
    return json;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void exposure(ObjectNode json, Optional<Dose> dose, Optional<Duration> time) {
    dose.ifPresent(
        d -> json.putObject("dose").put("amount", d.amount()).put("unit", lower(d.unit())));
    time.ifPresent(t -> json.put("time", t.toString()));
  }

  static Perturbation read(JsonFields in) {
    return switch (in.text("kind")) {
      case "control" -> new Perturbation.Control(in.text("label"));
      case "gene" ->
          new Perturbation.GenePerturbation(
              in.text("gene"), in.choice("mode", Perturbation.GeneMode.class));
      case "compound" ->
          new Perturbation.CompoundPerturbation(
              in.text("name"),
              in.has("smiles") ? Optional.of(in.text("smiles")) : Optional.empty(),
              dose(in),
              time(in));
      case "protein" ->
          new Perturbation.ProteinPerturbation(
              in.text("name"),
              in.choice("protein", Perturbation.ProteinKind.class),
              dose(in),
              time(in));
      case "combination" ->
          new Perturbation.Combination(
              in.objects("members").stream().map(PerturbationJson::read).toList());
      default -> throw in.fault("A perturbation of kind '" + in.text("kind") + "' is not known");
    };
  }

  private static Optional<Dose> dose(JsonFields in) {
    if (!in.has("dose")) {
      return Optional.empty();
    }
    JsonFields dose = in.object("dose");
    return Optional.of(new Dose(dose.number("amount"), dose.choice("unit", Dose.Unit.class)));
  }

  private static Optional<Duration> time(JsonFields in) {
    if (!in.has("time")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(in.text("time")));
    } catch (DateTimeParseException e) {
      throw in.fault("Time '" + in.text("time") + "' is not a duration");
    }
  }
}
