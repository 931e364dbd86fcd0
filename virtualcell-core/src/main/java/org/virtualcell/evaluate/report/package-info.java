/**
 * The evaluation as one self-contained interactive page, {@code report.html}: what was asked, the
 * data and the split, every model beside the noise ceiling, effects per perturbation, where the
 * models lose, and the command that reproduces it. The door is {@link
 * org.virtualcell.evaluate.report.HtmlReport}. The page is a hand-written template (report.html,
 * report.css, report.js) with Apache ECharts inlined; it asks the network for nothing.
 */
package org.virtualcell.evaluate.report;
