package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A part of the model: what two conditions have in common, as a covariance. */
enum Part {
  /** Whatever is done, by its strength. */
  TEMPLATE {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return a.totalStrength() * b.totalStrength();
    }
  },
  /** Whatever is done in one context. */
  CONTEXT {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return a.context().equals(b.context()) ? a.totalStrength() * b.totalStrength() : 0;
    }
  },
  /** Shared targets, so that combinations add up. */
  PERTURBATION {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return shared(a, b);
    }
  },
  /** Targets that are alike by what is known of them. */
  FEATURES {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      double sum = 0;
      for (int i = 0; i < a.targets().size(); i++) {
        for (int j = 0; j < b.targets().size(); j++) {
          sum +=
              a.strength()[i]
                  * b.strength()[j]
                  * known.between(a.targets().get(i), b.targets().get(j));
        }
      }
      return sum;
    }
  },
  /** Shared targets in contexts that are alike. */
  SIMILAR_CONTEXTS {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return a.nearness()[contextOfB] * shared(a, b);
    }
  },
  /** Shared targets in one context. */
  INTERACTION {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return a.context().equals(b.context()) ? shared(a, b) : 0;
    }
  },
  /** Shared targets at like doses, for like times. */
  DOSE {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      double sum = 0;
      for (int i = 0; i < a.targets().size(); i++) {
        int j = b.targets().indexOf(a.targets().get(i));
        if (j >= 0) {
          sum +=
              a.strength()[i] * b.strength()[j] * a.exposures().get(i).near(b.exposures().get(j));
        }
      }
      return sum;
    }
  },
  /** What a combination does beyond its parts. */
  COMBINATION {
    @Override
    double between(Question a, Question b, int contextOfB, TargetSimilarity known) {
      return a.targets().size() > 1 && a.targets().equals(b.targets()) ? 1 : 0;
    }
  };

  abstract double between(Question a, Question b, int contextOfB, TargetSimilarity known);

  /** The name files and cards use. */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /**
   * The parts that the conditions of a screen can tell apart.
   *
   * @param features whether anything is known of targets
   * @param doses whether doses may differ in more than strength
   */
  static List<Part> of(List<Question> items, boolean features, boolean doses) {
    boolean contexts = items.stream().map(Question::context).distinct().count() > 1;
    boolean targets = items.stream().map(Question::targets).distinct().count() > 1;
    boolean combinations = items.stream().anyMatch(q -> q.targets().size() > 1);
    return java.util.Arrays.stream(values())
        .filter(
            part ->
                switch (part) {
                  case TEMPLATE -> targets;
                  case CONTEXT -> contexts && targets;
                  case PERTURBATION -> true;
                  case FEATURES -> features && targets;
                  case SIMILAR_CONTEXTS -> SourceWeights.canBeLearned(items);
                  case INTERACTION -> contexts;
                  case DOSE -> doses && doses(items);
                  case COMBINATION -> combinations;
                })
        .toList();
  }

  /** Whether some target was given in several doses, or for several times. */
  private static boolean doses(List<Question> items) {
    Map<String, Exposure> first = new HashMap<>();
    for (Question item : items) {
      for (int k = 0; k < item.targets().size(); k++) {
        Exposure other = first.putIfAbsent(item.targets().get(k), item.exposures().get(k));
        if (other != null && other.near(item.exposures().get(k)) < 1) {
          return true;
        }
      }
    }
    return false;
  }

  private static double shared(Question a, Question b) {
    double sum = 0;
    for (int i = 0; i < a.targets().size(); i++) {
      int j = b.targets().indexOf(a.targets().get(i));
      if (j >= 0) {
        sum += a.strength()[i] * b.strength()[j];
      }
    }
    return sum;
  }
}
