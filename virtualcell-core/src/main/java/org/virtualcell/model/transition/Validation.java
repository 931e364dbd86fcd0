package org.virtualcell.model.transition;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;
import org.virtualcell.nn.EnergyLoss;
import org.virtualcell.nn.ParameterSet;
import org.virtualcell.nn.SetTransformerOptions;
import org.virtualcell.nn.Workspace;

/**
 * How much the network adds on conditions that neither it nor their effect model has seen, with
 * controls that are kept for evaluation: error of the mean effect and energy distance of the cells,
 * each over that of the effect model alone. The criterion is the mean of both; 1 is the effect
 * model.
 */
final class Validation implements AutoCloseable {
  private static final int MOST_GROUPS = 64;
  private static final int DRAWS = 2;

  private final TransitionConfig config;
  private final Lane lane;
  private final TrainingQuestions questions;
  private final List<SetSampler.Group> groups;
  private final ParameterSet parameters;
  private final Workspace workspace;
  private final CorrectionNetwork network;
  private final EnergyLoss energy;
  private final Tensor made;
  private final Tensor real;
  private final Map<Integer, double[]> measured = new LinkedHashMap<>();

  /** A figure of one validation. */
  record Figures(double criterion, double error, double energy) {}

  Validation(
      Lane lane, TransitionConfig config, TrainingQuestions questions, SetTransformerOptions how) {
    this.lane = lane;
    this.config = config;
    this.questions = questions;
    this.groups = spaced(questions.validation().groups());
    this.parameters = new ParameterSet(lane);
    this.network = new CorrectionNetwork(parameters, how, config.sets(), config.setCells());
    this.workspace = new Workspace(parameters, DType.F32, true);
    int rows = config.sets() * config.setCells();
    int genes = questions.geneOf().length;
    this.energy = new EnergyLoss(workspace, config.sets(), config.setCells(), genes, 1);
    this.made = workspace.tensor(DType.F32, rows, genes);
    this.real = workspace.tensor(DType.F32, rows, genes);
    for (SetSampler.Group group : groups) {
      measured.computeIfAbsent(group.question(), q -> new double[genes]);
    }
    measure();
  }

  private static List<SetSampler.Group> spaced(List<SetSampler.Group> all) {
    int most = Math.min(MOST_GROUPS, all.size());
    return java.util.stream.IntStream.range(0, most)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / most)))
        .toList();
  }

  /** Mean of the perturbed cells less that of controls that nothing was trained on. */
  private void measure() {
    int genes = questions.geneOf().length;
    float[] row = new float[genes];
    for (Map.Entry<Integer, double[]> entry : measured.entrySet()) {
      List<SetSampler.Group> own =
          groups.stream().filter(g -> g.question() == entry.getKey()).toList();
      for (SetSampler.Group group : own) {
        int n = questions.cells().cells(group.perturbed());
        for (int i = 0; i < n; i++) {
          questions.cells().dense(group.perturbed(), i, row, 0);
          add(row, 1.0 / n / own.size(), entry.getValue());
        }
        int[] rows = questions.validation().controlRows(group.controls(), true);
        for (int i : rows) {
          questions.cells().dense(group.controls(), i, row, 0);
          add(row, -1.0 / rows.length / own.size(), entry.getValue());
        }
      }
    }
  }

  private static void add(float[] row, double factor, double[] to) {
    for (int g = 0; g < to.length; g++) {
      to[g] += factor * row[g];
    }
  }

  /** Whether there is anything to validate on. */
  boolean possible() {
    return !groups.isEmpty();
  }

  /** The figures of some weights. */
  Figures of(Map<String, float[]> weights) {
    weights.forEach(parameters::set);
    int sets = config.sets();
    int cells = config.setCells();
    int genes = questions.geneOf().length;
    int numbers = questions.vectors().size();
    Learner.Batch batch = new Learner.Batch(sets, cells, genes, numbers);
    Map<Integer, double[]> correction = new LinkedHashMap<>();
    measured.keySet().forEach(q -> correction.put(q, new double[genes]));
    Map<Integer, Integer> count = new LinkedHashMap<>();
    double apart = 0;
    double before = 0;
    int wanted = groups.size() * DRAWS;
    for (int first = 0; first < wanted; first += sets) {
      for (int b = 0; b < sets; b++) {
        int at = (first + b) % wanted;
        SetSampler.Group group = groups.get(at % groups.size());
        questions
            .validation()
            .fillForEvaluation(group, at, batch.controls, batch.perturbed, b * cells * genes);
        copy(questions.question(group.question()), b, batch, genes, numbers);
      }
      float[] added = network.of(batch.controls, batch.questions);
      for (int b = 0; b < sets && first + b < wanted; b++) {
        int question = groups.get((first + b) % groups.size()).question();
        count.merge(question, 1, Integer::sum);
        for (int i = 0; i < cells; i++) {
          double[] sum = correction.get(question);
          for (int g = 0; g < genes; g++) {
            sum[g] += added[(b * cells + i) * genes + g] / (double) cells;
          }
        }
      }
      lane.upload(batch.perturbed, real);
      before += energyOf(batch, null, cells, genes);
      apart += energyOf(batch, added, cells, genes);
    }
    double error = 0;
    double without = 0;
    for (Map.Entry<Integer, double[]> entry : measured.entrySet()) {
      float[] effect = questions.question(entry.getKey()).effect();
      for (int g = 0; g < genes; g++) {
        double off = effect[g] - entry.getValue()[g];
        without += off * off;
        off += correction.get(entry.getKey())[g] / count.get(entry.getKey());
        error += off * off;
      }
    }
    double ofError = without > 0 ? error / without : 1;
    double ofEnergy = before > 0 ? apart / before : 1;
    return new Figures((ofError + ofEnergy) / 2, ofError, ofEnergy);
  }

  private double energyOf(Learner.Batch batch, float[] added, int cells, int genes) {
    float[] cell = batch.controls.clone();
    for (int i = 0; i < cell.length; i++) {
      int set = i / genes / cells;
      cell[i] += batch.effects[set * genes + i % genes] + (added == null ? 0 : added[i]);
    }
    lane.upload(cell, made);
    energy.compute(made, real);
    return energy.value();
  }

  static void copy(
      TrainingQuestions.Question question, int set, Learner.Batch batch, int genes, int numbers) {
    System.arraycopy(question.numbers(), 0, batch.questions, set * numbers, numbers);
    System.arraycopy(question.effect(), 0, batch.effects, set * genes, genes);
    System.arraycopy(question.left(), 0, batch.left, set * genes, genes);
    System.arraycopy(question.weight(), 0, batch.weights, set * genes, genes);
  }

  @Override
  public void close() {
    network.close();
    workspace.close();
    parameters.close();
  }

  @Override
  public String toString() {
    return groups.size() + " groups, " + Arrays.toString(measured.keySet().toArray());
  }
}
