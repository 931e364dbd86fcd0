/**
 * The metric suite of the Virtual Cell Challenge 2026: profiles {@code vcc2026} (six scored members
 * and four diagnostics) and {@code full-v2} (54 metrics), computed in double precision from raw
 * counts.
 *
 * <p>The door is {@link org.virtualcell.evaluate.vcc.Challenge}. Definitions are those of
 * cell-eval2 0.16.0; values that tie in exact arithmetic tie here.
 */
package org.virtualcell.evaluate.vcc;
