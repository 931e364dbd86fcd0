package org.virtualcell.evaluate;

import java.util.List;

/**
 * What one fold gave.
 *
 * @param items every metric of every model and of the ceiling
 * @param answers every verdict of the models trained on all cells
 * @param effects measured and predicted effects, where they are kept
 * @param facts what was noted of each condition beside its scores
 */
record FoldScores(
    List<ItemScore> items,
    List<Answer> answers,
    List<EffectProfiles> effects,
    List<CaseFacts> facts) {}
