package org.virtualcell.model.baseline;

import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;

/**
 * What a rule is asked.
 *
 * @param perturbation what would be done; not a control
 * @param context to which cells; one of the table's contexts where it is known there
 * @param controlMean mean log1p expression before, per gene of the table, NaN where not measured
 * @param coExpression how genes go together in these cells
 */
@SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
record Query(
    Perturbation perturbation,
    CellContext context,
    double[] controlMean,
    CoExpression coExpression) {}
