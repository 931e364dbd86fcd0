package org.virtualcell.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * In which cells an experiment was made: a cell line or type, and what else is known of it. Two
 * contexts are equal when all their facts are. Immutable.
 */
public final class CellContext {
  /** What may be known of a context beside its name. */
  public enum Fact {
    /** The tissue, UBERON. */
    TISSUE,
    /** The organism, NCBITaxon. */
    ORGANISM,
    /** The donor. */
    DONOR,
    /** The disease, MONDO. */
    DISEASE,
    /** The batch: plate, lane, gem group. */
    BATCH
  }

  private final String name;
  private final Optional<String> termId;
  private final Map<Fact, String> facts;
  private final Map<Fact, String> termIds;

  private CellContext(
      String name, Optional<String> termId, Map<Fact, String> facts, Map<Fact, String> termIds) {
    this.name = name;
    this.termId = termId;
    this.facts = facts;
    this.termIds = termIds;
  }

  /**
   * A context of which only the name is known.
   *
   * @param name the cell line or type, as the data spell it
   * @return the context
   * @throws InvalidDataException if the name is blank
   */
  public static CellContext of(String name) {
    return new CellContext(
        requireText(name, "name"),
        Optional.empty(),
        new EnumMap<>(Fact.class),
        new EnumMap<>(Fact.class));
  }

  /**
   * This context with the ontology term of its cell line (Cellosaurus) or type (Cell Ontology).
   *
   * @param id such as {@code CVCL_0004} or {@code CL:0000084}
   * @return a new context
   * @throws InvalidDataException if the id is blank
   */
  public CellContext withTermId(String id) {
    return new CellContext(name, Optional.of(requireText(id, "term id")), facts, termIds);
  }

  /**
   * This context with one more fact. A term the fact had before is forgotten with its old value.
   *
   * @param fact which fact
   * @param value its value, as the data spell it
   * @return a new context
   * @throws InvalidDataException if the value is blank
   */
  public CellContext with(Fact fact, String value) {
    Map<Fact, String> more = new EnumMap<>(facts);
    more.put(Objects.requireNonNull(fact, "fact"), requireText(value, fact.name()));
    Map<Fact, String> terms = new EnumMap<>(termIds);
    terms.remove(fact);
    return new CellContext(name, termId, more, terms);
  }

  /**
   * This context with one more fact and its ontology term.
   *
   * @param fact which fact
   * @param value its value, as the data spell it
   * @param id the ontology term of the value
   * @return a new context
   * @throws InvalidDataException if the value or id is blank
   */
  public CellContext with(Fact fact, String value, String id) {
    CellContext named = with(fact, value);
    Map<Fact, String> terms = new EnumMap<>(termIds);
    terms.put(fact, requireText(id, fact + " term id"));
    return new CellContext(name, termId, named.facts, terms);
  }

  /**
   * This context without one fact and its ontology term. Contexts that differ only in their batch
   * are compared this way.
   *
   * @param fact which fact
   * @return a context that does not state it; this one where it is not known
   */
  public CellContext without(Fact fact) {
    if (!facts.containsKey(Objects.requireNonNull(fact, "fact"))) {
      return this;
    }
    Map<Fact, String> fewer = new EnumMap<>(facts);
    Map<Fact, String> fewerIds = new EnumMap<>(termIds);
    fewer.remove(fact);
    fewerIds.remove(fact);
    return new CellContext(name, termId, fewer, fewerIds);
  }

  private static String requireText(String value, String what) {
    if (value == null || value.isBlank()) {
      throw new InvalidDataException(
          "The " + what + " of a cell context is blank",
          "CellContext",
          "Leave out what is not known.");
    }
    return value;
  }

  /**
   * The cell line or type.
   *
   * @return as the data spell it
   */
  public String name() {
    return name;
  }

  /**
   * The ontology term of the cell line or type.
   *
   * @return empty where not known
   */
  public Optional<String> termId() {
    return termId;
  }

  /**
   * One fact.
   *
   * @param fact which
   * @return empty where not known
   */
  public Optional<String> get(Fact fact) {
    return Optional.ofNullable(facts.get(fact));
  }

  /**
   * The ontology term of one fact.
   *
   * @param fact which
   * @return empty where not known
   */
  public Optional<String> termId(Fact fact) {
    return Optional.ofNullable(termIds.get(fact));
  }

  /**
   * All facts that are known.
   *
   * @return an unmodifiable map
   */
  public Map<Fact, String> facts() {
    return Collections.unmodifiableMap(facts);
  }

  /**
   * The digest of the name, its term, and the known facts with their terms in order of the facts'
   * names. What is not known does not enter, so that a new kind of fact changes no old digest.
   *
   * @return equal for equal contexts, on every platform
   */
  public ContentDigest digest() {
    ContentDigest.Builder content = ContentDigest.of("context/1").add(name).add(termId.orElse(""));
    new TreeSet<>(facts.keySet().stream().map(Fact::name).toList())
        .forEach(
            fact ->
                content
                    .add(fact)
                    .add(facts.get(Fact.valueOf(fact)))
                    .add(termIds.getOrDefault(Fact.valueOf(fact), "")));
    return content.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CellContext that
        && name.equals(that.name)
        && termId.equals(that.termId)
        && facts.equals(that.facts)
        && termIds.equals(that.termIds);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, termId, facts, termIds);
  }

  @Override
  public String toString() {
    return facts.isEmpty() ? name : name + " " + facts;
  }
}
