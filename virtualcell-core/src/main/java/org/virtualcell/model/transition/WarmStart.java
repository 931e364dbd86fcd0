package org.virtualcell.model.transition;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Predictor;
import org.virtualcell.model.ModelFiles;

/**
 * Weights of another model, matched by name: rows of genes and of question columns that both have,
 * and every tensor between whose sizes agree. What has no counterpart keeps its first values.
 */
final class WarmStart {
  private WarmStart() {}

  static Map<String, float[]> weights(
      Path file,
      TransitionConfig config,
      GeneVocabulary genes,
      TrainingQuestions questions,
      Learner learner) {
    try (Predictor model = ModelFiles.load(file)) {
      if (!(model instanceof TransitionPredictor other)
          || !other.correction().admitted()
          || other.config().hidden() != config.hidden()) {
        throw new InvalidDataException(
            "There are no weights to start from",
            file.toString(),
            "Name a transition model of the same width whose network was a gain.");
      }
      return of(other, config, genes, questions, learner);
    }
  }

  private static Map<String, float[]> of(
      TransitionPredictor other,
      TransitionConfig config,
      GeneVocabulary genes,
      TrainingQuestions questions,
      Learner learner) {
    Correction from = other.correction();
    List<String> oldGenes =
        Arrays.stream(from.geneOf()).mapToObj(g -> other.card().genes().id(g)).toList();
    List<String> newGenes = Arrays.stream(questions.geneOf()).mapToObj(genes::id).toList();
    List<String> oldNumbers = from.vectors().names();
    List<String> newNumbers = questions.vectors().names();
    String gate = CorrectionNetwork.gate(config, "");
    Map<String, float[]> matched = new TreeMap<>();
    for (Map.Entry<String, long[]> wanted : learner.shapes().entrySet()) {
      String name = wanted.getKey();
      float[] old = from.weights().get(name);
      if (old == null) {
        continue;
      }
      float[] own = learner.parameters().values(name);
      long[] shape = wanted.getValue();
      if (name.equals("encoder.0.weight")) {
        rows(old, oldGenes, own, newGenes, (int) shape[1]);
      } else if (name.equals("condition.0.weight")) {
        rows(old, oldNumbers, own, newNumbers, (int) shape[1]);
      } else if (name.startsWith(gate)) {
        columns(old, oldGenes, own, newGenes);
      } else if (old.length == own.length) {
        own = old;
      }
      matched.put(name, own);
    }
    return matched;
  }

  private static void rows(
      float[] old, List<String> oldNames, float[] own, List<String> names, int width) {
    Map<String, Integer> at = places(oldNames);
    for (int r = 0; r < names.size(); r++) {
      Integer from = at.get(names.get(r));
      if (from != null && old.length == oldNames.size() * width) {
        System.arraycopy(old, from * width, own, r * width, width);
      }
    }
  }

  private static void columns(float[] old, List<String> oldNames, float[] own, List<String> names) {
    Map<String, Integer> at = places(oldNames);
    int rows = own.length / names.size();
    for (int r = 0; r < rows && old.length == rows * oldNames.size(); r++) {
      for (int c = 0; c < names.size(); c++) {
        Integer from = at.get(names.get(c));
        if (from != null) {
          own[r * names.size() + c] = old[r * oldNames.size() + from];
        }
      }
    }
  }

  private static Map<String, Integer> places(List<String> names) {
    Map<String, Integer> places = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.put(names.get(i), i);
    }
    return places;
  }
}
