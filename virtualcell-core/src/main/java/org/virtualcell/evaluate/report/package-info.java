/**
 * The evaluation as one self-contained interactive page, {@code report.html}: what was asked, the
 * data and the split, every model beside the noise ceiling, effects per perturbation, where the
 * models lose, and the command that reproduces it. The door is {@link
 * org.virtualcell.evaluate.report.HtmlReport}. Its pages are hand-written (page.html around
 * report.html or suite.html, page.js, report.css) with Apache ECharts inlined; it asks the network
 * for nothing.
 */
package org.virtualcell.evaluate.report;
