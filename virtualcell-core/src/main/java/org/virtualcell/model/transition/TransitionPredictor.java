package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.model.EffectOutcome;
import org.virtualcell.model.LastPrepared;
import org.virtualcell.model.PreparedState;
import org.virtualcell.model.StorableModel;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.nn.ParameterSet;

/**
 * The transition model at work: the effect model's answer, plus the mean of what the network adds
 * to several sets of control cells. Thread-safe; the network itself serves one caller at a time.
 */
final class TransitionPredictor implements Predictor, StorableModel {
  private final EffectPredictor core;
  private final ModelCard card;
  private final TransitionConfig config;
  private final Correction correction;
  private final List<double[]> history;
  private final LastPrepared<PreparedState> prepared;
  private final Object lock = new Object();
  private Device device;
  private Lane lane;
  private ParameterSet parameters;
  private CorrectionNetwork network; // made when it is first asked

  TransitionPredictor(
      EffectPredictor core,
      ModelCard card,
      TransitionConfig config,
      Correction correction,
      List<double[]> history) {
    this.core = core;
    this.card = card;
    this.config = config;
    this.correction = correction;
    this.history = history;
    this.prepared =
        new LastPrepared<>(
            card.name(),
            state -> new PreparedState(state, card.genes(), card.units(), card.contexts()));
  }

  EffectPredictor core() {
    return core;
  }

  TransitionConfig config() {
    return config;
  }

  Correction correction() {
    return correction;
  }

  List<double[]> history() {
    return history;
  }

  @Override
  public Prediction predict(
      CellState baseline, Perturbation perturbation, PredictionOptions options) {
    PreparedState state = prepared.of(baseline);
    boolean corrected =
        correction.admitted()
            && !perturbation.parts().isEmpty()
            && correction.vectors().knows(perturbation);
    Prediction linear =
        core.predict(baseline, perturbation, corrected ? options.withSampledCells(0) : options);
    if (!corrected || linear.outcome().isEmpty()) {
      return new Prediction(
          linear.condition(),
          linear.regime(),
          linear.support(),
          linear.verdict(),
          linear.outcome(),
          state.provenance(card, options));
    }
    return new Prediction(
        linear.condition(),
        linear.regime(),
        linear.support(),
        linear.verdict(),
        Optional.of(outcome(state, perturbation, linear.state(), options)),
        state.provenance(card, options));
  }

  private PredictedState outcome(
      PreparedState state,
      Perturbation perturbation,
      PredictedState linear,
      PredictionOptions how) {
    double[] effect = linear.effect().toArray();
    float[] question = question(state, perturbation, effect);
    double[] added = added(state, question, how.seed());
    double[] rank = linear.rankEffect().toArray();
    double[] sum = new double[effect.length];
    for (int g = 0; g < effect.length; g++) {
      sum[g] = effect[g] + added[g];
      rank[g] += added[g];
    }
    boolean ownCells =
        how.sampledCells() > 0
            && correction.makesCells()
            && state.given().units() instanceof ExpressionUnits.LogNormalized;
    PredictedState after =
        new EffectOutcome(
                state,
                sum,
                rank,
                linear.interval().map(TransitionPredictor::widths),
                linear.interval().map(Interval.PerGene::basis).orElse(""),
                linear.responders())
            .predicted(ownCells ? how.withSampledCells(0) : how);
    return ownCells ? withCells(after, cells(state, question, effect, how)) : after;
  }

  private static PredictedState withCells(PredictedState state, CellState cells) {
    return new PredictedState(
        state.units(),
        state.mean(),
        state.effect(),
        state.rankEffect(),
        state.interval(),
        state.responders(),
        state.substateEffects(),
        Optional.of(cells));
  }

  private static double[] widths(Interval.PerGene interval) {
    double[] low = interval.lower().toArray();
    double[] high = interval.upper().toArray();
    double[] width = new double[low.length];
    Arrays.setAll(width, g -> (high[g] - low[g]) / 2);
    return width;
  }

  /** Genes the state does not have count with no effect and at the training controls' mean. */
  private float[] question(PreparedState state, Perturbation perturbation, double[] effect) {
    double[] ofModel = new double[card.genes().size()];
    for (int i = 0; i < effect.length; i++) {
      ofModel[state.modelGene()[i]] = effect[i];
    }
    double[] mean = state.mean().clone();
    for (int g = 0; g < mean.length; g++) {
      mean[g] = Double.isNaN(mean[g]) ? correction.controlMean()[g] : mean[g];
    }
    return correction.vectors().standardise(correction.vectors().raw(perturbation, ofModel, mean));
  }

  /** Per gene of the outcome, the mean over cells and control draws. */
  private double[] added(PreparedState state, float[] question, long seed) {
    int genes = correction.geneOf().length;
    double[] ofModel = new double[card.genes().size()];
    synchronized (lock) {
      prepared.requireOpen("predicting");
      int[] rows = rows(state, seed, 0);
      float[] made = corrections(controls(state, rows), question);
      for (int i = 0; i < rows.length; i++) {
        for (int k = 0; k < genes; k++) {
          ofModel[correction.geneOf()[k]] += made[i * genes + k] / (double) rows.length;
        }
      }
    }
    return state.pick(ofModel);
  }

  private int[] rows(PreparedState state, long seed, long draw) {
    int n = Math.toIntExact(state.converted().cells());
    int[] rows = new int[config.controlDraws() * config.setCells()];
    new CounterRandom(seed, 41, draw).deal(IntStream.range(0, n).toArray(), rows, 0, rows.length);
    return rows;
  }

  private float[] controls(PreparedState state, int[] rows) {
    int[] givenOf = new int[card.genes().size()];
    Arrays.fill(givenOf, -1);
    for (int i = 0; i < state.modelGene().length; i++) {
      givenOf[state.modelGene()[i]] = state.givenGene()[i];
    }
    int columns = correction.geneOf().length;
    int[] columnOf = new int[state.converted().genes().size()];
    Arrays.fill(columnOf, -1);
    float[] missing = new float[columns];
    for (int k = 0; k < columns; k++) {
      int gene = correction.geneOf()[k];
      if (givenOf[gene] < 0) {
        missing[k] = (float) correction.controlMean()[gene];
      } else {
        columnOf[givenOf[gene]] = k;
      }
    }
    ResidentCells cells = new ResidentCells(card.units(), columnOf, columns);
    int place = cells.add(state.converted());
    float[] x = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      cells.dense(place, rows[i], x, i * columns);
      for (int k = 0; k < columns; k++) {
        x[i * columns + k] += missing[k];
      }
    }
    return x;
  }

  /** To be called under the lock. */
  private float[] corrections(float[] x, float[] question) {
    if (network == null) {
      device = JavaDevice.create();
      lane = device.open(LaneOptions.defaults());
      parameters = new ParameterSet(lane);
      network =
          new CorrectionNetwork(
              parameters,
              CorrectionNetwork.options(
                  config, correction.geneOf().length, correction.vectors().size()),
              config.controlDraws(),
              config.setCells());
      correction.weights().forEach(parameters::set);
    }
    float[] questions = new float[config.controlDraws() * question.length];
    for (int d = 0; d < config.controlDraws(); d++) {
      System.arraycopy(question, 0, questions, d * question.length, question.length);
    }
    return network.of(x, questions);
  }

  /** Cells as the network makes them: controls, the effect, and what it adds to each of them. */
  private CellState cells(
      PreparedState state, float[] question, double[] effect, PredictionOptions how) {
    int genes = effect.length;
    int columns = correction.geneOf().length;
    int[] outcomeOf = new int[card.genes().size()];
    Arrays.fill(outcomeOf, -1);
    for (int i = 0; i < genes; i++) {
      outcomeOf[state.modelGene()[i]] = i;
    }
    CsrMatrix given =
        state.converted().expression() instanceof CsrMatrix inMemory
            ? inMemory
            : state.converted().expression().block(0, (int) state.converted().cells());
    int[] givenTo = new int[state.converted().genes().size()];
    Arrays.fill(givenTo, -1);
    for (int i = 0; i < genes; i++) {
      givenTo[state.givenGene()[i]] = i;
    }
    List<float[]> made = new ArrayList<>();
    synchronized (lock) {
      prepared.requireOpen("predicting");
      for (long draw = 1; made.size() < how.sampledCells(); draw++) {
        int[] rows = rows(state, how.seed(), draw);
        float[] added = corrections(controls(state, rows), question);
        for (int i = 0; i < rows.length && made.size() < how.sampledCells(); i++) {
          float[] cell = new float[genes];
          for (int k = given.rowStart(rows[i]); k < given.rowStart(rows[i] + 1); k++) {
            int to = givenTo[given.geneAt(k)];
            if (to >= 0) {
              cell[to] = given.valueAt(k);
            }
          }
          for (int g = 0; g < genes; g++) {
            cell[g] += (float) effect[g];
          }
          for (int k = 0; k < columns; k++) {
            int to = outcomeOf[correction.geneOf()[k]];
            if (to >= 0) {
              cell[to] += added[i * columns + k];
            }
          }
          for (int g = 0; g < genes; g++) {
            cell[g] = Math.max(0, cell[g]);
          }
          made.add(cell);
        }
      }
    }
    return CellState.of(
        state.genes(),
        CsrMatrix.ofDense(made.toArray(float[][]::new), genes),
        card.units(),
        state.given().context());
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public StoredModel store() {
    prepared.requireOpen("saving");
    return TransitionStore.write(this);
  }

  @Override
  public void close() {
    synchronized (lock) {
      prepared.close();
      core.close();
      if (network != null) {
        network.close();
        parameters.close();
        lane.close();
        device.close();
        network = null;
      }
    }
  }
}
