package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.StoredModel.Tensor;

/**
 * A baseline as tensors: {@code effects} (conditions x genes, in the card's order), {@code
 * control_means} (contexts x genes), {@code co_expression} (contexts x targets squared), and how
 * many cells each rests on. Fits are closed forms of these and are made again on reading.
 */
final class BaselineStore {
  private BaselineStore() {}

  static StoredModel write(Rule rule, EffectTable table, ModelCard card) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("rule", rule.name());
    rule.settings().forEach((name, value) -> settings.put("setting." + name, value.toString()));
    List<EffectTable.ContextRow> contexts = table.contexts();
    List<String> targets = contexts.isEmpty() ? List.of() : contexts.get(0).targets();
    for (int i = 0; i < targets.size(); i++) {
      settings.put("target." + i, targets.get(i));
    }
    settings.put("targets", Integer.toString(targets.size()));
    settings.put(
        "condition_cells", cells(table.rows().stream().map(EffectTable.Row::cells).toList()));
    settings.put(
        "context_cells", cells(contexts.stream().map(EffectTable.ContextRow::cells).toList()));
    Map<String, Tensor> tensors = new TreeMap<>();
    int genes = table.genes().size();
    tensors.put(
        "effects", stack(table.rows().stream().map(EffectTable.Row::effect).toList(), genes));
    tensors.put(
        "control_means",
        stack(contexts.stream().map(EffectTable.ContextRow::controlMean).toList(), genes));
    if (!targets.isEmpty()) {
      tensors.put(
          "co_expression",
          stack(
              contexts.stream().map(EffectTable.ContextRow::correlation).toList(),
              targets.size() * targets.size()));
    }
    return new StoredModel("baseline", card, settings, tensors);
  }

  private static String cells(List<Long> counts) {
    return String.join(",", counts.stream().map(String::valueOf).toList());
  }

  private static Tensor stack(List<float[]> rows, int columns) {
    float[] values = new float[Math.multiplyExact(rows.size(), columns)];
    for (int r = 0; r < rows.size(); r++) {
      System.arraycopy(rows.get(r), 0, values, r * columns, columns);
    }
    return new Tensor(rows.size(), columns, values);
  }

  static BaselinePredictor read(StoredModel stored, String source) {
    ModelCard card = stored.card();
    int genes = card.genes().size();
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < count(stored, "targets", source); i++) {
      targets.add(text(stored, "target." + i, source));
    }
    Tensor effects = tensor(stored, "effects", card.conditions().size(), genes, source);
    Tensor means = tensor(stored, "control_means", card.contexts().size(), genes, source);
    int pairs = targets.size() * targets.size();
    Tensor correlations =
        targets.isEmpty()
            ? new Tensor(card.contexts().size(), 0, new float[0])
            : tensor(stored, "co_expression", card.contexts().size(), pairs, source);
    long[] conditionCells = cells(stored, "condition_cells", card.conditions().size(), source);
    long[] contextCells = cells(stored, "context_cells", card.contexts().size(), source);
    List<EffectTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < conditionCells.length; i++) {
      rows.add(new EffectTable.Row(card.conditions().get(i), conditionCells[i], row(effects, i)));
    }
    List<EffectTable.ContextRow> contexts = new ArrayList<>();
    for (int i = 0; i < contextCells.length; i++) {
      contexts.add(
          new EffectTable.ContextRow(
              card.contexts().get(i),
              contextCells[i],
              row(means, i),
              targets,
              row(correlations, i)));
    }
    EffectTable table = new EffectTable(card.genes(), card.units(), rows, contexts);
    return new BaselinePredictor(rule(stored, source), table, card);
  }

  private static Rule rule(StoredModel stored, String source) {
    String name = text(stored, "rule", source);
    if (!Baselines.names().contains(name)) {
      throw damaged("Rule '" + name + "' is not known", source);
    }
    if (!name.equals("bilinear")) {
      return Baselines.rule(name, BilinearSettings.DEFAULT);
    }
    double dimensions = number(stored, "setting.dimensions", source);
    return Baselines.rule(
        name, new BilinearSettings((int) dimensions, number(stored, "setting.lambda", source)));
  }

  private static double number(StoredModel stored, String name, String source) {
    try {
      return Double.parseDouble(text(stored, name, source));
    } catch (NumberFormatException e) {
      throw damaged("Setting '" + name + "' is not a number", source);
    }
  }

  private static int count(StoredModel stored, String name, String source) {
    double value = number(stored, name, source);
    if (!(value >= 0) || value != Math.rint(value) || value > 30_000) {
      throw damaged("Setting '" + name + "' is " + value, source);
    }
    return (int) value;
  }

  private static String text(StoredModel stored, String name, String source) {
    String value = stored.settings().get(name);
    if (value == null) {
      throw damaged("Setting '" + name + "' is missing", source);
    }
    return value;
  }

  private static long[] cells(StoredModel stored, String name, int expected, String source) {
    String list = text(stored, name, source);
    try {
      long[] counts =
          list.isEmpty()
              ? new long[0]
              : Arrays.stream(list.split(",", -1)).mapToLong(Long::parseLong).toArray();
      if (counts.length != expected || Arrays.stream(counts).anyMatch(c -> c < 0)) {
        throw damaged("Setting '" + name + "' does not fit the card", source);
      }
      return counts;
    } catch (NumberFormatException e) {
      throw damaged("Setting '" + name + "' holds something that is no number", source);
    }
  }

  private static Tensor tensor(
      StoredModel stored, String name, int rows, int columns, String source) {
    Tensor tensor = stored.tensors().get(name);
    if (tensor == null || tensor.rows() != rows || tensor.columns() != columns) {
      throw damaged(
          "Tensor '"
              + name
              + "' is "
              + (tensor == null ? "missing" : tensor.rows() + " x " + tensor.columns())
              + ", the card needs "
              + rows
              + " x "
              + columns,
          source);
    }
    for (float value : tensor.values()) {
      if (Float.isInfinite(value) || Float.isNaN(value) && !name.equals("co_expression")) {
        throw damaged("Tensor '" + name + "' holds " + value, source);
      }
    }
    return tensor;
  }

  private static float[] row(Tensor tensor, int row) {
    return Arrays.copyOfRange(
        tensor.values(), row * tensor.columns(), (row + 1) * tensor.columns());
  }

  private static DataFormatException damaged(String what, String source) {
    return new DataFormatException(what, source, "Train the model again, or restore the file.");
  }
}
