package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.ModelCard;
import org.virtualcell.model.StoredFields;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.StoredModel.Tensor;

/**
 * A baseline as tensors: {@code effects} (conditions x genes, in the card's order), {@code
 * control_means} (contexts x genes), {@code co_expression} (contexts x targets squared), and how
 * many cells each rests on. Fits are closed forms of these and are made again on reading.
 */
final class BaselineStore {
  private static final int MOST_TARGETS = 30_000;

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
        "condition_cells",
        StoredFields.list(table.rows().stream().map(EffectTable.Row::cells).toList()));
    settings.put(
        "context_cells",
        StoredFields.list(contexts.stream().map(EffectTable.ContextRow::cells).toList()));
    Map<String, Tensor> tensors = new TreeMap<>();
    int genes = table.genes().size();
    tensors.put(
        "effects",
        Tensor.stack(table.rows().stream().map(EffectTable.Row::effect).toList(), genes));
    tensors.put(
        "control_means",
        Tensor.stack(contexts.stream().map(EffectTable.ContextRow::controlMean).toList(), genes));
    if (!targets.isEmpty()) {
      tensors.put(
          "co_expression",
          Tensor.stack(
              contexts.stream().map(EffectTable.ContextRow::correlation).toList(),
              targets.size() * targets.size()));
    }
    return new StoredModel("baseline", card, settings, tensors);
  }

  static BaselinePredictor read(StoredModel stored, String source) {
    ModelCard card = stored.card();
    StoredFields fields = new StoredFields(stored, source);
    int genes = card.genes().size();
    List<String> targets = new ArrayList<>();
    int named = fields.whole("targets", MOST_TARGETS);
    for (int i = 0; i < named; i++) {
      targets.add(fields.text("target." + i));
    }
    Tensor effects = fields.tensor("effects", card.conditions().size(), genes);
    Tensor means = fields.tensor("control_means", card.contexts().size(), genes);
    int pairs = targets.size() * targets.size();
    Tensor correlations =
        targets.isEmpty()
            ? new Tensor(card.contexts().size(), 0, new float[0])
            : fields.tensor(
                "co_expression", card.contexts().size(), pairs, value -> !Double.isInfinite(value));
    long[] conditionCells = fields.counts("condition_cells", card.conditions().size());
    long[] contextCells = fields.counts("context_cells", card.contexts().size());
    List<EffectTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < conditionCells.length; i++) {
      rows.add(new EffectTable.Row(card.conditions().get(i), conditionCells[i], effects.row(i)));
    }
    List<EffectTable.ContextRow> contexts = new ArrayList<>();
    for (int i = 0; i < contextCells.length; i++) {
      contexts.add(
          new EffectTable.ContextRow(
              card.contexts().get(i), contextCells[i], means.row(i), targets, correlations.row(i)));
    }
    EffectTable table = new EffectTable(card.genes(), card.units(), rows, contexts);
    return new BaselinePredictor(rule(fields), table, card);
  }

  private static Rule rule(StoredFields fields) {
    String name = fields.text("rule");
    if (!Baselines.names().contains(name)) {
      throw fields.damaged("Rule '" + name + "' is not known");
    }
    if (!name.equals("bilinear")) {
      return Baselines.rule(name, BilinearSettings.DEFAULT);
    }
    double dimensions = fields.number("setting.dimensions");
    return Baselines.rule(
        name, new BilinearSettings((int) dimensions, fields.number("setting.lambda")));
  }
}
