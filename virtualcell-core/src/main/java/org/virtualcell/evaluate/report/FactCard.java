package org.virtualcell.evaluate.report;

import java.util.List;
import java.util.Objects;

/**
 * A card of the page: facts, tables and what a reader must not miss.
 *
 * @param facts label, value and how the value was established
 * @param tables tables of text
 * @param findings faults, leaks and other warnings, a sentence each
 */
public record FactCard(List<Fact> facts, List<Table> tables, List<String> findings) {
  /** Copies the lists. */
  public FactCard {
    facts = List.copyOf(facts);
    tables = List.copyOf(tables);
    findings = List.copyOf(findings);
  }

  /**
   * A card with facts alone.
   *
   * @param facts the facts
   * @return the card
   */
  public static FactCard of(Fact... facts) {
    return new FactCard(List.of(facts), List.of(), List.of());
  }

  /**
   * A fact.
   *
   * @param label what it is about
   * @param value its value
   * @param note how it was established, or empty text
   */
  public record Fact(String label, String value, String note) {
    /** Checks that nothing is missing. */
    public Fact {
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(note, "note");
    }

    /**
     * A fact that needs no note.
     *
     * @param label what it is about
     * @param value its value
     */
    public Fact(String label, String value) {
      this(label, value, "");
    }
  }

  /**
   * A table of text.
   *
   * @param caption what it shows
   * @param columns column names
   * @param rows as many cells per row as there are columns
   */
  public record Table(String caption, List<String> columns, List<List<String>> rows) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if a row has another number of cells than there are columns
     */
    public Table {
      Objects.requireNonNull(caption, "caption");
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException(
              caption + ": " + row.size() + " cells for " + columns.size() + " columns");
        }
      }
    }
  }
}
