/**
 * Whether stated confidence can be relied on: do intervals hold what they promise, is what a model
 * is surest of also what it gets right, how often is it confidently wrong, are its probabilities
 * frequencies, and is abstaining worth it. The doors are {@link
 * org.virtualcell.evaluate.confidence.JudgedAnswer}, one answer beside its measurement, and {@link
 * org.virtualcell.evaluate.confidence.Confidence}, what many of them come to.
 */
package org.virtualcell.evaluate.confidence;
