package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.Half;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.KeptEffects;

/** Asks members, trained on parts of the training data, about the rest of them. */
final class InnerTrials {
  private static final int MOST_TRIALS =
      40; // of one kind in a fold: more cost time, and weigh no better

  private final TrainingSet data;
  private final List<Trainer<? extends Predictor>> members;
  private final ControlHalves halves;
  private final KeptEffects kept = new KeptEffects();
  private final Map<Stratum, List<Trial>> trials = new LinkedHashMap<>();

  InnerTrials(TrainingSet data, List<Trainer<? extends Predictor>> members, long seed) {
    this.data = data;
    this.members = members;
    this.halves = new ControlHalves(data, seed);
  }

  Map<Stratum, List<Trial>> run(List<InnerFolds.Fold> folds, Progress progress) {
    int done = 0;
    for (InnerFolds.Fold fold : folds) {
      progress.update("weighing the members of the ensemble", done++, folds.size());
      progress.check("weighing the members of the ensemble");
      run(fold, progress);
    }
    progress.update("weighing the members of the ensemble", done, folds.size());
    return trials;
  }

  private void run(InnerFolds.Fold fold, Progress progress) {
    List<Condition> asked = some(fold);
    if (asked.isEmpty()) {
      return;
    }
    InnerPart part = new InnerPart(data, halves, fold.learned());
    Progress quiet = new Quiet(progress);
    float[][][] answers = new float[asked.size()][members.size()][];
    for (int m = 0; m < members.size(); m++) {
      try (Predictor member = members.get(m).train(part, quiet)) {
        answer(member, asked, m, answers);
      }
    }
    for (int i = 0; i < answers.length; i++) {
      Condition c = asked.get(i);
      Effect truth = kept.of(halves.cells(c, Half.RESERVED));
      trials
          .computeIfAbsent(Stratum.of(c.perturbation(), fold.absence()), k -> new ArrayList<>())
          .add(new Trial(c.perturbation(), floats(truth.toArray()), answers[i]));
    }
  }

  private List<Condition> some(InnerFolds.Fold fold) {
    Map<Stratum, List<Condition>> byStratum = new LinkedHashMap<>();
    for (Condition c : fold.asked()) {
      if (data.contexts().contains(c.context())) {
        byStratum
            .computeIfAbsent(Stratum.of(c.perturbation(), fold.absence()), k -> new ArrayList<>())
            .add(c);
      }
    }
    List<Condition> some = new ArrayList<>();
    for (List<Condition> all : byStratum.values()) {
      int n = Math.min(MOST_TRIALS, all.size());
      for (int i = 0; i < n; i++) {
        some.add(all.get((int) ((long) i * all.size() / n)));
      }
    }
    return some;
  }

  private void answer(Predictor member, List<Condition> asked, int m, float[][][] answers) {
    Map<CellContext, List<Integer>> byContext = new LinkedHashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      byContext.computeIfAbsent(asked.get(i).context(), k -> new ArrayList<>()).add(i);
    }
    byContext.forEach(
        (context, which) -> {
          List<Prediction> predictions =
              member.predict(
                  data.controls(context),
                  which.stream().map(i -> asked.get(i).perturbation()).toList(),
                  PredictionOptions.DEFAULT);
          for (int k = 0; k < which.size(); k++) {
            Prediction p = predictions.get(k);
            answers[which.get(k)][m] =
                p.outcome()
                    .map(state -> floats(state.effect().toArray()))
                    .orElseGet(() -> new float[data.genes().size()]); // abstains: no change
          }
        });
  }

  private static float[] floats(double[] values) {
    float[] rounded = new float[values.length];
    for (int g = 0; g < rounded.length; g++) {
      rounded[g] = (float) values[g];
    }
    return rounded;
  }

  /** Lets a caller cancel, without the stages of every member in every fold. */
  private record Quiet(Progress outer) implements Progress {
    @Override
    public void update(String stage, long done, long total) {
      // the folds are counted, not what goes on in each
    }

    @Override
    public boolean cancelled() {
      return outer.cancelled();
    }
  }
}
