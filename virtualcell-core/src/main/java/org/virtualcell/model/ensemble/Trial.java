package org.virtualcell.model.ensemble;

import org.virtualcell.api.Perturbation;

/**
 * One measured condition that members were asked about without having seen it.
 *
 * @param truth measured effect per gene, against controls that no member saw
 * @param answers per member, the expected effect per gene
 */
@SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
record Trial(Perturbation perturbation, float[] truth, float[][] answers) {}
