// Draws report.html from the JSON in #report-data. Text from the data reaches the page only as text
// nodes and attributes, never as HTML; charts draw it as text.
(function () {
  'use strict';

  const { byId, element, fill, known, number, plural, percent, bracket, range, sentenceCase, charts, draw,
    facts, table, card, grid, header, ordered, options, theme, copy } = page;
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const ROWS_AT_ONCE = 300;
  const GENES_AT_ONCE = 50;
  const NOT_PREDICTED = 0.005; // a predicted change below this counts as "no change"
  const primary = data.figures[0];
  const itemPrimary = data.itemMetrics[0];
  const regimes = data.scopes.filter((s) => !s.stratum && !s.context);
  for (const scored of data.cases) scored.regime = regimes.findIndex((r) => r.protocol === scored.protocol);
  const QUESTION = {
    '': 'The predictions were given; what their model was trained on is not known.',
    'unseen-perturbation': 'The perturbation is nowhere in training; the context is known.',
    'unseen-combination': 'The combination is nowhere in training; its parts may be.',
    'unseen-context': 'The perturbation is known from other contexts; no perturbed cell of this context is in training.',
    'unseen-both': 'Neither the perturbation nor any perturbed cell of this context is in training.',
  };
  const STATUS = {
    TESTED: { name: 'tested', mark: '\u2713 tested', style: 'tested' },
    NO_SIGNAL: { name: 'no signal', mark: '\u2205 no signal', style: 'no-signal' },
    TOO_FEW: { name: 'too few', mark: '\u2026 too few', style: 'too-few' },
  };

  const state = {
    figure: primary.name,
    regime: clearest(),
    model: '',
    chosen: -1, // index into data.cases
    plot: 'agreement',
    query: '',
    gene: -1, // index into data.genes, the highlighted one
    conditionSort: null,
    geneSort: { key: 'p', down: true },
    genesShown: GENES_AT_ONCE,
    lossModel: '',
    sureModel: '',
    sureRegime: clearest(),
    trustRegime: clearest(),
    lossRegime: -1,
    lossMetric: Math.max(0, data.itemMetrics.findIndex((m) => m.name.startsWith('relative_error'))),
  };

  // ---------------------------------------------------------------- small things

  const words = (protocol) => (protocol ? sentenceCase(protocol.replaceAll('-', ' ')) : 'Predicted cells');

  function probability(minusLogP) {
    if (minusLogP < 3) return Math.pow(10, -minusLogP).toFixed(3);
    const exponent = Math.ceil(minusLogP);
    return (minusLogP >= 300 ? '<' : '') + Math.pow(10, exponent - minusLogP).toFixed(1) + 'e\u2212' + exponent;
  }

  /** The tested regime with the clearest signal, else the first: there the plots say most. */
  function clearest() {
    let best = -1;
    regimes.forEach((r, i) => { if (r.status === 'TESTED' && (best < 0 || r.splitHalf > regimes[best].splitHalf)) best = i; });
    return Math.max(0, best);
  }

  const figureNamed = (name) => data.figures.find((f) => f.name === name);
  const modelIndex = (name) => data.models.findIndex((m) => m.name === name);
  const badge = (regime) => element('span', { class: 'badge ' + STATUS[regime.status].style }, STATUS[regime.status].mark);
  function better(figure, one, other) {
    if (figure.direction === 'NEITHER') return Math.abs(one - figure.best) < Math.abs(other - figure.best);
    return figure.direction === 'HIGHER' ? one > other : one < other;
  }

  // ---------------------------------------------------------------- decoding

  const effectOf = (measured, k) => (Array.isArray(measured.effect) ? measured.effect[k] : 0) * data.effectUnit;
  const minusLogPOf = (measured, k) => (Array.isArray(measured.minusLogP) ? measured.minusLogP[k] : 0) * data.pUnit;

  function predictedOf(scored, model, k) {
    const steps = scored.predicted && scored.predicted[model];
    if (steps === undefined) return null;
    return (Array.isArray(steps) ? steps[k] : 0) * data.effectUnit;
  }

  const hasGenes = (measured) => measured.effect !== undefined;
  const geneCount = (measured) => (measured.genes ? measured.genes.length : data.genes.length);
  const geneAt = (measured, k) => (measured.genes ? measured.genes[k] : k);
  const slotOf = (measured, gene) => (measured.genes ? measured.genes.indexOf(gene) : gene);
  const caseScore = (scored, metric, model) => scored.scores[data.itemMetrics.indexOf(metric)][modelIndex(model)];

  /** Index of the baseline that scored best in a case, or -1. */
  function bestBaseline(scored, metric, except) {
    const values = scored.scores[data.itemMetrics.indexOf(metric)];
    let best = -1;
    data.models.forEach((m, i) => {
      if (!m.baseline || m.name === except || !known(values[i])) return;
      if (best < 0 || better(metric, values[i], values[best])) best = i;
    });
    return best;
  }

  // ---------------------------------------------------------------- verdicts

  function summary() {
    const machine = (fact) => ['arch', 'os', 'java', 'library', 'device'].includes(fact[0].toLowerCase());
    facts(byId('asked'), data.facts.filter((f) => !machine(f)));
    facts(byId('asked-all'), data.facts.filter(machine).concat(data.rules));
    for (const node of document.querySelectorAll('.made-by')) node.textContent = data.command;
    const counts = Object.keys(STATUS)
      .map((s) => [regimes.filter((r) => r.status === s).length, STATUS[s].name])
      .filter(([n]) => n > 0).map(([n, name]) => n + ' ' + name);
    byId('lead').textContent = plural(data.models.length, 'model') + ' in ' + plural(regimes.length, 'regime') + ': '
      + counts.join(', ') + '. Verdicts rest on the ' + primary.label + (primary.controls === 'SEPARATE' ? ', judged against control cells that no model has seen' : '') + '; only a tested regime can have a winner.';
    fill(byId('verdicts'), regimes.map((regime) => {
      const parts = partsOf(regime).filter((p) => p.status !== regime.status);
      return element('article', { class: 'card ' + STATUS[regime.status].style },
        element('h3', {}, words(regime.protocol), ' ', badge(regime)),
        element('p', { class: 'counts' }, QUESTION[regime.protocol] || ''),
        (regime.scrutiny ? regime.scrutiny.headlines : []).map((h) => element('p', { class: 'headline' }, h)),
        element('p', {}, regime.verdict),
        regime.scrutiny ? element('dl', { class: 'minute' }, regime.scrutiny.answers.map(([q, a]) => [element('dt', {}, q), element('dd', {}, a)]).flat()) : null,
        parts.length ? element('p', {}, 'Not so everywhere: ' + parts.map((p) => partName(p) + ' ' + STATUS[p.status].name + ' (n = ' + p.perturbations + ')').join('; ') + '.') : null,
        element('p', { class: 'counts' }, 'n = ' + countsOf(regime) + '. Signal: split-half r ' + number(regime.splitHalf) + bracket(regime.splitHalfInterval) + ', n = ' + regime.halved + '.'),
        regime.sentences.length ? element('details', {}, element('summary', {}, 'Every model in a sentence'),
          element('ul', {}, regime.sentences.map((v) => element('li', {}, v)))) : null);
    }));
  }

  const partsOf = (regime) => data.scopes.filter((s) => s.protocol === regime.protocol && (s.stratum || s.context));
  const countsOf = (scope) => plural(scope.perturbations, 'perturbation') + ', ' + plural(scope.items, 'perturbation-context pair');

  function partName(scope) {
    const stratum = scope.stratum ? plural(Number(scope.stratum), 'single') + ' seen' : '';
    return [stratum, scope.context].filter(Boolean).join(', ');
  }

  // ---------------------------------------------------------------- scores

  function scores() {
    const figure = figureNamed(state.figure);
    byId('metric-note').textContent = figure.explanation;
    const node = byId('score-cards');
    for (const chart of node.querySelectorAll('.chart')) {
      if (charts.has(chart)) { charts.get(chart).dispose(); charts.delete(chart); }
    }
    fill(node, regimes.map((regime, index) => {
      const height = 76 + 28 * data.models.length;
      return element('article', { class: 'panel' },
        element('div', { class: 'panel-head' }, element('h3', {}, words(regime.protocol)), badge(regime)),
        element('p', { class: 'counts' }, 'n = ' + countsOf(regime)),
        element('div', { class: 'chart', role: 'img', id: 'score-chart-' + index, style: 'height:' + height + 'px' }),
        scoreTable(regime, figure), partTable(regime, figure), comparisonTable(regime, figure));
    }));
    regimes.forEach((regime, index) => draw(byId('score-chart-' + index), regime.charts[figure.name]));
  }

  const scoreOf = (scope, figure, model) => (scope.scores[figure.name] || {})[model];

  function leaderOf(scope, figure) {
    let best = null;
    for (const m of data.models) {
      const s = scoreOf(scope, figure, m.name);
      if (s && (!best || better(figure, s.value, scoreOf(scope, figure, best.name).value))) best = m;
    }
    return best;
  }

  function scoreTable(regime, figure) {
    const winner = regime.status === 'TESTED' ? regime.winners[figure.name] : undefined;
    const remarked = Object.values(regime.scores[figure.name] || {}).some((s) => s.absent || s.convention);
    const row = (name, label, style) => {
      const s = scoreOf(regime, figure, name);
      if (!s) return null;
      const remarks = !remarked ? null : [s.absent ? s.absent + ' without a value' : '', s.convention ? s.convention + ' by convention' : ''].filter(Boolean).join(', ');
      return element('tr', { class: style },
        element('th', { scope: 'row' }, label), element('td', { class: 'number' }, number(s.value)),
        element('td', { class: 'number' }, range(s.interval)), element('td', { class: 'number' }, s.n), remarked ? element('td', { class: 'muted' }, remarks) : null);
    };
    const caption = sentenceCase(figure.label) + (regime.status !== 'TESTED' ? ': ' + STATUS[regime.status].name + ', not a result' : winner ? ': ' + winner + ' is better than every other' : ': no winner');
    return element('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': caption + ', ' + words(regime.protocol) },
      element('table', {}, element('caption', {}, caption),
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'model'),
          ['score', '95 % interval', 'n'].map((c) => element('th', { scope: 'col', class: 'number' }, c)), remarked ? element('th', { scope: 'col' }, 'pairs') : null)),
        element('tbody', {}, data.models.map((m) => row(m.name, m.name, winner === m.name ? 'best' : null)),
          row('ceiling', figure.ceiling, 'ceiling'))));
  }

  function partTable(regime, figure) {
    const parts = partsOf(regime);
    if (parts.length === 0) return null;
    const cell = (part, model) => { const s = scoreOf(part, figure, model); return element('td', { class: 'number' }, s ? number(s.value) + bracket(s.interval) : '\u2013'); };
    return element('details', {}, element('summary', {}, 'Part by part (' + parts.length + ')'),
      element('div', { class: 'scroll tall', role: 'region', tabindex: '0', 'aria-label': 'Parts of ' + words(regime.protocol) },
        element('table', {}, element('caption', {}, sentenceCase(figure.label) + ' in each context and stratum'),
          element('thead', {}, element('tr', {}, ['part', 'status'].map((c) => element('th', { scope: 'col' }, c)),
            ['n'].concat(data.models.map((m) => m.name), figure.ceiling).map((c) => element('th', { scope: 'col', class: 'number' }, c)))),
          element('tbody', {}, parts.map((part) => element('tr', {}, element('th', { scope: 'row' }, partName(part)), element('td', {}, badge(part)),
            element('td', { class: 'number' }, part.perturbations), data.models.map((m) => cell(part, m.name)), cell(part, 'ceiling')))))));
  }

  function comparisonTable(regime, figure) {
    const rows = regime.comparisons.filter((c) => c[0] === figure.name);
    if (rows.length === 0) return null;
    return element('details', {}, element('summary', {}, 'Paired differences (' + rows.length + ')'),
      element('div', { class: 'scroll tall', role: 'region', tabindex: '0', 'aria-label': 'Paired differences, ' + words(regime.protocol) },
        element('table', {},
          element('caption', {}, sentenceCase(figure.label) + ': model minus baseline over the same perturbations, 95 % interval; the last column holds for all baselines together'),
          element('thead', {}, element('tr', {}, ['model', 'baseline'].map((c) => element('th', { scope: 'col' }, c)),
            ['difference', 'n'].map((c) => element('th', { scope: 'col', class: 'number' }, c)), ['says', 'all together'].map((c) => element('th', { scope: 'col' }, c)))),
          element('tbody', {}, rows.map(([, model, baseline, difference, interval, n, outcome, family]) =>
            element('tr', {}, element('td', {}, model), element('td', {}, baseline),
              element('td', { class: 'number' }, number(difference) + bracket(interval)), element('td', { class: 'number' }, n),
              element('td', {}, says(regime, outcome)), element('td', {}, says(regime, family))))))));
  }

  const OUTCOME = { BETTER: 'better', WORSE: 'worse', NOT_DISTINGUISHABLE: 'not told apart' };
  const says = (regime, outcome) => (regime.status === 'TESTED' ? OUTCOME[outcome] : STATUS[regime.status].name);

  // ---------------------------------------------------------------- won and lost

  function won() {
    const judged = regimes.map((r, i) => [r, i]).filter(([r]) => r.scrutiny && r.scrutiny.winsAndLosses.yAxis.data.length > 0);
    byId('won').hidden = judged.length === 0;
    fill(byId('won-cards'), judged.map(([regime, index]) => element('article', { class: 'panel' },
      element('div', { class: 'panel-head' }, element('h3', {}, words(regime.protocol)), badge(regime)),
      element('p', { class: 'counts' }, countsOf(regime)),
      element('div', { class: 'chart', role: 'img', id: 'won-chart-' + index, style: 'height:' + (86 + 28 * regime.scrutiny.winsAndLosses.yAxis.data.length) + 'px' }))));
    for (const [regime, index] of judged) draw(byId('won-chart-' + index), regime.scrutiny.winsAndLosses);
  }

  // ---------------------------------------------------------------- confidence

  const share = (s) => (s ? s[0] + ' of ' + s[1] : '\u2013');

  function confidence() {
    const regime = regimes[state.sureRegime];
    const byModel = regime && regime.scrutiny ? regime.scrutiny.confidence : {};
    const own = byModel[state.sureModel];
    byId('confidence').hidden = !regimes.some((r) => r.scrutiny && Object.keys(r.scrutiny.confidence).length > 0);
    if (!own) { fill(byId('sure-table'), element('p', {}, 'Nothing was answered here.')); return; }
    const stated = Object.values(byModel).some((c) => c.coverageChart || c.up || known(c.gain));
    byId('sure-charts').hidden = !stated;
    byId('nobody-sure').hidden = stated;
    byId('nobody-sure').textContent = 'Nobody here says how sure they are: no interval and no distance comes with these predictions, so that there is nothing to judge. Honest width is what an interval around them would need.';
    draw(byId('risk-chart'), regime.scrutiny.riskCoverage);
    draw(byId('calibration-chart'), own.calibrationChart);
    byId('calibration-title').textContent = 'Calibration of ' + state.sureModel;
    byId('coverage-title').textContent = 'Coverage of the intervals of ' + state.sureModel;
    byId('coverage-chart').hidden = !own.coverageChart;
    byId('coverage-note').textContent = own.coverageChart ? 'Dashed: what was promised.' : state.sureModel + ' states no interval here' + (own.conformal ? '.' : ': too few perturbations to calibrate one.');
    if (own.coverageChart) draw(byId('coverage-chart'), own.coverageChart);
    const columns = [{ label: 'model' }].concat(['coverage', 'largest tenth', 'width', 'honest width', 'confidently wrong', 'at most', 'wrong calls', 'order gain', 'Brier, up', 'of the rate', 'error, up', 'Brier, changed', 'of the rate', 'error and distance', 'error answered', 'error of all'].map((label) => ({ label, number: true })));
    const rows = data.models.filter((m) => byModel[m.name]).map((m) => {
      const c = byModel[m.name];
      const off = known(c.coverage_all) && c.interval_all && (c.interval_all[0] > c.level || c.interval_all[1] < c.level);
      return { style: m.name === state.sureModel ? 'chosen' : null, cells: [m.name,
        [percent(c.coverage_all), off ? 'bad' : ''], percent(c.coverage_large), number(c.width_all), known(c.conformal) ? number(c.conformal) : 'too few',
        share(c.wrong), c.wrong ? percent(c.wrong[2]) : '\u2013', share(c.calls), number(c.gain),
        number(c.up && c.up[0], 3), number(c.up && c.up[1], 3), number(c.up && c.up[2], 3), number(c.changed && c.changed[0], 3), number(c.changed && c.changed[1], 3),
        c.distance ? number(c.distance[0]) + bracket(c.distance[1]) : '\u2013',
        c.abstention ? number(c.abstention[1], 3) + ' (' + c.abstention[0] + ')' : 'never abstains', c.abstention ? number(c.abstention[2], 3) + ' (' + c.answers + ')' : '\u2013'] };
    });
    const m = Math.max(0, ...Object.values(byModel).map((c) => c.m));
    fill(byId('sure-table'), grid('Stated confidence in ' + words(regime.protocol) + ', n = ' + countsOf(regime), columns, rows),
      element('p', { class: 'hint' }, 'Coverage in red: the 95 % interval over perturbations leaves out the promised level. Honest width: what a split-conformal layer over these predictions would need for nine genes in ten of nine new perturbations in ten, m = '
        + m + (m < 9 ? ': too few to tell, at least 9 are needed' : '') + '. Confidently wrong: of the surest quarter, those no better than the mean effect, or with most of the changes they are sure of going the other way; at most: exact upper 95 % limit. Wrong calls: genes whose interval leaves out zero, that went the other way. Order gain: 1 if errors are ordered perfectly by stated confidence, 0 at random. Brier of the rate: that of stating the overall frequency. Errors answered and of all: mean absolute, with the number of conditions; no change stands in for what was not answered.'));
  }

  // ---------------------------------------------------------------- what the metrics can tell

  function trust() {
    const regime = regimes[state.trustRegime];
    const s = regime && regime.scrutiny;
    if (!s) { byId('trust').hidden = true; return; }
    byId('self-test').textContent = 'Self-test of the metrics: ' + s.selfTest + '.';
    const ok = (v, good, bad) => (v === null ? ['\u2013', ''] : v ? [good, 'good'] : [bad, 'bad']);
    fill(byId('range-table'), s.ranges.length === 0 ? element('p', {}, 'Too few cells to say.') : grid('Dynamic range in ' + words(regime.protocol),
      [{ label: 'metric' }, { label: 'baseline' }, { label: 'repetition', number: true }, { label: '95 % interval', number: true }, { label: 'n', number: true }, { label: 'reading' },
        { label: 'wrong labels', number: true }, { label: 'chance', number: true }, { label: 'fooled?' }, { label: 'truth is best' }],
      s.ranges.map(([metric, baseline, fraction, interval, n, reading, shuffled, chance, atChance, best]) => ({ cells: [
        sentenceCase(metric), baseline, number(fraction), range(interval), n, [reading, reading === 'can tell' ? 'good' : reading === 'cannot tell' ? 'bad' : ''],
        number(shuffled), number(chance), ok(atChance, 'no', 'yes'), ok(best, 'yes', 'no')] }))));
    fill(byId('wrong-table'), s.wrongTargets.length === 0 ? element('p', {}, 'Nobody could be asked for another perturbation here.') : grid('Right question against wrong ones, ' + words(regime.protocol),
      [{ label: 'model' }, { label: 'metric' }, { label: 'right', number: true }, { label: 'wrong', number: true }, { label: 'gain', number: true }, { label: 'n', number: true }, { label: 'reading' }],
      s.wrongTargets.map(([model, metric, right, wrong, gain, interval, n, reading]) => ({ cells: [model, sentenceCase(metric), number(right), number(wrong), number(gain) + bracket(interval), n,
        [reading, reading === 'knows the target' ? 'good' : reading.startsWith('worse') ? 'bad' : '']] }))));
    mixtures(s, regime);
    fill(byId('leakage-table'), s.leakage.length === 0
      ? element('p', {}, regime.protocol ? 'No condition was measured in two known batches with controls of their own, so that nothing could be asked.' : 'A file cannot be asked again with the controls of another batch; its cells are looked at below.')
      : grid('Predicted effects from the controls of one batch at a time, ' + words(regime.protocol),
        [{ label: 'model' }, { label: 'share of the effect', number: true }, { label: 'batch told', number: true }, { label: 'permuted', number: true }, { label: '95 % of permuted below', number: true }, { label: 'conditions', number: true }, { label: 'batches', number: true }, { label: 'leaks' }],
        s.leakage.map(([model, part, told, permuted, high, questions, batches, leaks]) => ({ cells: [model, percent(part), known(told) ? percent(told) : 'same answer', known(told) ? percent(permuted) : '\u2013', known(told) ? percent(high) : '\u2013', questions, batches, leaks ? ['yes', 'bad'] : ['no', 'good']] }))));
  }

  const MIXTURE = [['batch_asw', 'batch ASW'], ['batch_pcr', 'batch PCR'], ['batch_ilisi', 'iLISI'], ['batch_kbet', 'kBET'],
    ['label_asw', 'condition ASW'], ['label_clisi', 'cLISI'], ['graph_connectivity', 'connectivity']];

  function mixtures(s, regime) {
    const cell = (m) => (m ? [number(m[0]) + (known(m[1]) ? ' (' + number(m[1]) + ')' : ''), known(m[1]) ? (m[2] ? 'bad' : 'good') : ''] : '\u2013');
    fill(byId('mixture-table'), (s.mixtures || []).length === 0
      ? element('p', {}, 'No condition was measured in two known batches with controls of their own, so that nothing could be asked.')
      : [grid('Batches among cells, ' + words(regime.protocol) + '; permuted in brackets', [{ label: 'cells of' }].concat(MIXTURE.map(([, label]) => ({ label, number: true })), ['cells', 'conditions', 'batches'].map((label) => ({ label, number: true }))),
        s.mixtures.map(([of, measures, cells, conditions, batches]) => ({ style: of === 'measured' ? 'ceiling' : null, cells: [of].concat(MIXTURE.map(([name]) => cell(measures[name])), [cells, conditions, batches]) }))),
      element('p', { class: 'hint' }, 'Batch ASW, iLISI and kBET: 1 is mixed; batch PCR: 0 is mixed; red where the batch shows beyond every one of 79 permutations. Condition ASW and cLISI: 1 keeps conditions apart; connectivity: 1 where no condition falls apart. A model that shows the batch where the measured cells do not has made it up; one that shows it as they do was shown it.')]);
  }

  // ---------------------------------------------------------------- effects: search

  /** Perturbations and genes that match the query; an exact gene comes first and is highlighted. */
  function matches() {
    const query = state.query.trim().toLowerCase();
    if (!query) return { query, perturbations: null, genes: null };
    const perturbations = new Set();
    data.measured.forEach((m, i) => { if (m.perturbation.toLowerCase().includes(query)) perturbations.add(i); });
    const genes = [];
    data.genes.forEach((g, i) => { if (g.toLowerCase().includes(query)) genes.push(i); });
    genes.sort((a, b) => (data.genes[a].toLowerCase() === query ? 0 : 1) - (data.genes[b].toLowerCase() === query ? 0 : 1));
    return { query, perturbations, genes };
  }

  function search() {
    const found = matches();
    if (found.genes === null) state.gene = -1;
    else if (found.genes.length > 0 && (found.genes.length === 1 || data.genes[found.genes[0]].toLowerCase() === found.query)) state.gene = found.genes[0];
    else state.gene = -1;
    state.conditionSort = null;
    state.genesShown = GENES_AT_ONCE;
    const note = found.genes === null ? ''
      : plural(new Set([...found.perturbations].map((i) => data.measured[i].perturbation)).size, 'perturbation') + ' and '
        + plural(found.genes.length, 'gene') + ' match \u201c' + state.query.trim() + '\u201d.'
        + (state.gene >= 0 && found.perturbations.size === 0 ? ' The perturbations are listed by how much they change ' + data.genes[state.gene] + '.' : '');
    byId('search-note').textContent = note;
    conditions();
    effect();
  }

  // ---------------------------------------------------------------- effects: list of perturbations

  function conditionColumns(gene) {
    const measured = (i) => data.measured[data.cases[i].measured];
    const columns = [
      { key: 'perturbation', label: 'perturbation', value: (i) => measured(i).perturbation },
      { key: 'context', label: 'context', value: (i) => measured(i).context },
      { key: 'signal', label: 'signal', number: true, value: (i) => measured(i).signal },
      { key: 'score', label: 'score', number: true, value: (i) => caseScore(data.cases[i], itemPrimary, state.model) },
      { key: 'verdict', label: 'against the mean', value: (i) => { const z = data.cases[i].contrasts[modelIndex(state.model)]; return !known(z) ? null : z < -1.96 ? 'better' : z > 1.96 ? 'worse' : 'same'; } },
      { key: 'best', label: 'best other', style: 'number wrap', number: true,
        value: (i) => { const b = bestBaseline(data.cases[i], itemPrimary, state.model); return b < 0 ? null : data.cases[i].scores[0][b]; },
        text: (v, i) => number(v) + ' ' + data.models[bestBaseline(data.cases[i], itemPrimary, state.model)].name },
    ];
    if (gene >= 0) {
      const value = (i) => { const m = measured(i); const k = hasGenes(m) ? slotOf(m, gene) : -1; return k < 0 ? null : effectOf(m, k); };
      columns.splice(2, 0, { key: 'gene', label: data.genes[gene], number: true, value, size: (i) => { const v = value(i); return known(v) ? Math.abs(v) : null; }, text: (v) => number(v, 3) });
    }
    return columns;
  }

  function visibleCases() {
    const found = matches();
    let rows = data.cases.map((c, i) => i).filter((i) => state.regime < 0 || data.cases[i].regime === state.regime);
    if (found.perturbations && found.perturbations.size > 0) rows = rows.filter((i) => found.perturbations.has(data.cases[i].measured));
    else if (found.genes && found.genes.length === 0) rows = [];
    return rows;
  }

  function conditions() {
    const found = matches();
    const columns = conditionColumns(state.gene);
    const byGene = state.gene >= 0 && found.perturbations && found.perturbations.size === 0;
    const sort = state.conditionSort || { key: byGene ? 'gene' : 'signal', down: true };
    const rows = ordered(visibleCases(), columns, sort);
    if (rows.length > 0 && !rows.includes(state.chosen)) state.chosen = rows[0];
    const node = byId('condition-table');
    fill(node.tHead, header(columns, sort, (c) => {
      state.conditionSort = { key: c.key, down: sort && sort.key === c.key ? !sort.down : Boolean(c.number) };
      conditions();
    }));
    fill(node.tBodies[0], rows.slice(0, ROWS_AT_ONCE).map((i) => {
      const open = () => choose(i);
      return element('tr', { class: i === state.chosen ? 'chosen' : null, 'data-case': i, onclick: open }, columns.map((c, n) => {
        const value = c.value(i);
        const text = !known(value) ? '\u2013' : c.text ? c.text(value, i) : c.number ? number(value) : value;
        return element('td', { class: c.style || (c.number ? 'number' : 'label') },
          n === 0 ? element('button', { type: 'button', 'aria-current': i === state.chosen ? 'true' : null }, text) : text);
      }));
    }), rows.length === 0 ? element('tr', {}, element('td', { colspan: columns.length }, 'Nothing matches in this regime.')) : [],
      rows.length > ROWS_AT_ONCE ? element('tr', {}, element('td', { colspan: columns.length }, (rows.length - ROWS_AT_ONCE) + ' more; narrow the search.')) : []);
  }

  function choose(index) {
    state.chosen = index;
    state.genesShown = GENES_AT_ONCE;
    for (const row of byId('condition-table').tBodies[0].rows) {
      const chosen = row.dataset.case === String(index);
      row.classList.toggle('chosen', chosen);
      const button = row.querySelector('button');
      if (button) chosen ? button.setAttribute('aria-current', 'true') : button.removeAttribute('aria-current');
    }
    effect();
  }

  // ---------------------------------------------------------------- effects: plot and genes of one perturbation

  function geneRows(scored, measured) {
    const changed = new Set(measured.changed);
    const targets = new Set(measured.targets);
    const rows = [];
    for (let k = 0; k < geneCount(measured); k++) {
      const gene = geneAt(measured, k);
      rows.push({ gene, name: data.genes[gene], measured: effectOf(measured, k), minusLogP: minusLogPOf(measured, k),
        predicted: predictedOf(scored, state.model, k), changed: changed.has(k), target: targets.has(gene) });
    }
    return rows;
  }

  const GROUPS = [
    { name: 'not changed', symbol: 'circle', size: 5, colour: '@other', opacity: 0.45 },
    { name: 'changed, right way', symbol: 'circle', size: 9, colour: '@good', opacity: 0.85 },
    { name: 'changed, missed', symbol: 'rect', size: 8, colour: '@ceiling', opacity: 0.85 },
    { name: 'changed, wrong way', symbol: 'diamond', size: 11, colour: '@bad', opacity: 0.9 },
    { name: 'own target, not scored', symbol: 'triangle', size: 12, colour: '@mark', opacity: 0.9 },
  ];

  function groupOf(row) {
    if (row.target) return 4;
    if (!row.changed) return 0;
    if (!known(row.predicted) || Math.abs(row.predicted) < NOT_PREDICTED) return 2;
    return row.predicted * row.measured > 0 ? 1 : 3;
  }

  function effect() {
    const node = byId('effect-plot');
    const none = state.chosen < 0 || visibleCases().length === 0;
    const scored = none ? null : data.cases[state.chosen];
    const measured = none ? null : data.measured[scored.measured];
    if (none || !hasGenes(measured)) {
      byId('case-title').textContent = none ? 'Nothing to show' : measured.perturbation + ' in ' + measured.context;
      byId('case-facts').textContent = none ? 'Change the search or the regime.' : 'The genes of this perturbation are not in the page.';
      byId('plot-note').textContent = '';
      byId('genes-note').textContent = '';
      if (charts.has(node)) charts.get(node).clear();
      fill(byId('gene-table').tBodies[0]);
      byId('more-genes').hidden = true;
      return;
    }
    byId('case-title').textContent = measured.perturbation + ' in ' + measured.context;
    const best = bestBaseline(scored, itemPrimary, state.model);
    byId('case-facts').textContent = [
      words(scored.protocol) + (scored.stratum ? ', ' + plural(Number(scored.stratum), 'single') + ' seen' : ''), measured.mode,
      plural(measured.cells, 'cell') + ' against ' + plural(measured.controls, 'control'),
      known(measured.signal) ? 'signal (split-half r) ' + number(measured.signal) : '',
      itemPrimary.label + ': ' + state.model + ' ' + number(caseScore(scored, itemPrimary, state.model))
        + (best < 0 ? '' : ', best other baseline ' + data.models[best].name + ' ' + number(scored.scores[0][best])),
    ].filter(Boolean).join(' \u00b7 ');
    const rows = geneRows(scored, measured);
    plot(node, rows, scored, measured);
    genes(rows);
  }

  function plot(node, rows, scored, measured) {
    const answered = scored.predicted && scored.predicted[state.model] !== undefined;
    const volcano = state.plot === 'volcano' || !answered;
    const option = Object.assign({}, data.charts[volcano ? 'volcano' : 'agreement']);
    const point = (r) => ({
      name: r.name + ': measured ' + number(r.measured, 3) + (known(r.predicted) ? ', predicted ' + number(r.predicted, 3) : '') + ', p ' + probability(r.minusLogP),
      value: [r.measured, volcano ? r.minusLogP : r.predicted, r.gene],
    });
    option.series = GROUPS.map((group, g) => {
      const members = rows.filter((r) => groupOf(r) === g);
      return { name: group.name, type: 'scatter', symbol: group.symbol, symbolSize: group.size,
        itemStyle: { color: group.colour, opacity: group.opacity }, data: members.map(point), z: g === 0 ? 1 : 2 };
    }).filter((s) => s.data.length > 0);
    const found = rows.find((r) => r.gene === state.gene);
    if (found) {
      option.series.push({ name: 'found', type: 'scatter', symbol: 'circle', symbolSize: 17, z: 5,
        itemStyle: { color: 'transparent', borderColor: '@mark', borderWidth: 3 },
        label: { show: true, position: 'top', color: '@text', fontWeight: 'bold', formatter: () => found.name }, data: [point(found)] });
    }
    option.legend = Object.assign({}, option.legend, { type: 'plain', data: option.series.map((s) => s.name) });
    const narrow = node.clientWidth < 480;
    option.grid = Object.assign({}, option.grid, { top: narrow ? 96 : 58 });
    if (!volcano) {
      const reach = Math.max(0.05, ...rows.map((r) => Math.max(Math.abs(r.measured), Math.abs(r.predicted)))) * 1.05;
      const [low, high] = [-reach, reach].map((v) => Number(v.toPrecision(2)));
      const axis = { min: low, max: high, axisLabel: Object.assign({}, option.xAxis.axisLabel, { showMinLabel: false, showMaxLabel: false }) };
      option.xAxis = Object.assign({}, option.xAxis, axis);
      option.yAxis = Object.assign({}, option.yAxis, axis, { name: 'predicted by ' + state.model });
      option.series.push({ name: 'equal', type: 'line', silent: true, symbol: 'none', data: [[low, low], [high, high]],
        lineStyle: { color: '@muted', type: 'dashed', width: 1 }, z: 0 });
    }
    draw(node, option, (p) => {
      const gene = p.data && p.data.value && p.data.value[2];
      if (Number.isInteger(gene)) highlight(gene);
    });
    byId('plot-note').textContent = (answered ? '' : state.model + ' did not answer here, so only the measurement is drawn. ')
      + plural(measured.changedGenes, 'gene') + ' changed at a false discovery rate of ' + data.rate
      + ' (normal test of the effect over its sampling error, for orientation). Effects are differences of mean log1p expression to matched controls.';
    for (const name of ['agreement', 'volcano']) byId('plot-' + name).setAttribute('aria-pressed', String(volcano === (name === 'volcano')));
  }

  function highlight(gene) {
    state.gene = gene;
    effect();
  }

  const GENE_COLUMNS = [
    { key: 'name', label: 'gene', value: (r) => r.name },
    { key: 'measured', label: 'measured', number: true, value: (r) => r.measured, size: (r) => Math.abs(r.measured) },
    { key: 'predicted', label: 'predicted', number: true, value: (r) => r.predicted, size: (r) => (known(r.predicted) ? Math.abs(r.predicted) : null) },
    { key: 'difference', label: 'predicted \u2212 measured', number: true, value: (r) => (known(r.predicted) ? r.predicted - r.measured : null), size: (r) => (known(r.predicted) ? Math.abs(r.predicted - r.measured) : null) },
    { key: 'p', label: 'p', number: true, value: (r) => r.minusLogP, text: probability },
    { key: 'group', label: 'what happened', value: (r) => GROUPS[groupOf(r)].name },
  ];

  function genes(all) {
    const found = matches();
    const wanted = found.genes && found.genes.length > 0 && found.perturbations.size === 0 ? new Set(found.genes) : null;
    let rows = ordered(wanted ? all.filter((r) => wanted.has(r.gene)) : all, GENE_COLUMNS, state.geneSort);
    if (state.gene >= 0) rows = rows.filter((r) => r.gene === state.gene).concat(rows.filter((r) => r.gene !== state.gene));
    const node = byId('gene-table');
    fill(node.tHead, header(GENE_COLUMNS, state.geneSort, (c) => {
      state.geneSort = { key: c.key, down: state.geneSort.key === c.key ? !state.geneSort.down : Boolean(c.number) };
      effect();
    }));
    fill(node.tBodies[0], rows.slice(0, state.genesShown).map((r) =>
      element('tr', { class: r.gene === state.gene ? 'chosen' : null, 'data-gene': r.gene, onclick: () => highlight(r.gene) },
        GENE_COLUMNS.map((c, n) => {
          const value = c.value(r);
          const text = !known(value) ? '\u2013' : c.text ? c.text(value) : c.number ? number(value, 3) : value;
          return element('td', { class: c.number ? 'number' : 'label' }, n === 0 ? element('button', { type: 'button' }, text) : text);
        }))));
    byId('more-genes').hidden = rows.length <= state.genesShown;
    byId('genes-title').textContent = 'Genes of ' + byId('case-title').textContent;
    byId('genes-note').textContent = 'Showing ' + Math.min(rows.length, state.genesShown) + ' of ' + plural(rows.length, 'gene')
      + (wanted ? ' that match the search.' : '.')
      + (state.gene >= 0 && !rows.some((r) => r.gene === state.gene) ? ' ' + data.genes[state.gene] + ' is not among the genes this page carries for this perturbation.' : '');
  }

  // ---------------------------------------------------------------- losses

  const LISTED = 10;

  /** The cases in which some baseline was ahead of a model by most, worst first. */
  function lossesOf(model, metric, regime) {
    const rows = [];
    data.cases.forEach((scored, index) => {
      const value = caseScore(scored, metric, model);
      const best = bestBaseline(scored, metric, model);
      if (regime >= 0 && scored.regime !== regime || !known(value) || best < 0) return;
      const winning = caseScore(scored, metric, data.models[best].name);
      if (better(metric, winning, value)) rows.push({ index, value, winner: data.models[best].name, winning, by: Math.abs(winning - value) });
    });
    return rows.sort((a, b) => b.by - a.by || a.index - b.index).slice(0, LISTED);
  }

  function losses() {
    const metric = data.itemMetrics[state.lossMetric];
    const rows = lossesOf(state.lossModel, metric, state.lossRegime);
    byId('losses-note').textContent = 'The ten (perturbation, context) pairs in which a baseline was furthest ahead of '
      + state.lossModel + ' by ' + metric.label + '. Where the signal is near zero the pair is mostly noise; a large loss there means that the model predicted an effect where none was measured.';
    const node = byId('loss-table');
    fill(node.tHead, element('tr', {}, ['perturbation', 'context', 'regime'].map((c) => element('th', { scope: 'col' }, c)),
      ['signal', state.lossModel].map((c) => element('th', { scope: 'col', class: 'number' }, c)), element('th', { scope: 'col' }, 'baseline that won'),
      ['its score', 'won by'].map((c) => element('th', { scope: 'col', class: 'number' }, c))));
    fill(node.tBodies[0], rows.map((loss) => {
      const scored = data.cases[loss.index];
      const measured = data.measured[scored.measured];
      return element('tr', {},
        element('td', { class: 'label' }, element('button', { type: 'button', onclick: () => show(loss.index) }, measured.perturbation)),
        element('td', { class: 'label' }, measured.context), element('td', {}, words(scored.protocol)),
        element('td', { class: 'number' }, number(measured.signal)), element('td', { class: 'number' }, number(loss.value)),
        element('td', { class: 'label' }, loss.winner), element('td', { class: 'number' }, number(loss.winning)), element('td', { class: 'number' }, number(loss.by)));
    }), rows.length === 0 ? element('tr', {}, element('td', { colspan: 8 }, 'No baseline was ahead of it here.')) : []);
  }

  function show(index) {
    state.query = '';
    byId('search').value = '';
    state.gene = -1;
    state.regime = data.cases[index].regime;
    byId('regime').value = String(state.regime);
    state.model = state.lossModel;
    byId('model').value = state.model;
    state.chosen = index;
    search();
    byId('effects').scrollIntoView();
    byId('search').focus({ preventScroll: true });
  }

  function answers() {
    if (data.allAnswers === 0) {
      fill(byId('abstentions'), element('p', {}, 'Every model answered every question and stood behind its answer.'));
      return;
    }
    const counts = regimes.flatMap((r) => Object.entries(r.answers).filter(([, n]) => n[1] + n[2] > 0)
      .map(([model, n]) => [words(r.protocol), model].concat(n.map(String))));
    fill(byId('abstentions'),
      element('p', {}, 'A model may answer without evidence (it then says \u201cno change\u201d or a bare mean) or abstain. Both are counted here. An answer without evidence is scored like any other; an abstention has no score.'),
      counts.length ? table('Answers by regime and model', ['regime', 'model', 'answered', 'no evidence', 'abstained'], counts, 'tall') : null,
      element('details', {}, element('summary', {}, 'Each of them with its reason (' + data.allAnswers + ')'),
        table(data.answers.length < data.allAnswers ? 'The first ' + data.answers.length + ' of ' + data.allAnswers : 'All ' + data.allAnswers,
          ['model', 'regime', 'perturbation', 'context', 'decision', 'reason'], data.answers, 'tall')));
  }

  // ---------------------------------------------------------------- start

  function redraw() {
    scores();
    won();
    confidence();
    effect();
  }

  function start() {
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    theme(scheme.matches ? 'dark' : 'light');
    scheme.addEventListener('change', (e) => { theme(e.matches ? 'dark' : 'light'); redraw(); });
    byId('theme').addEventListener('click', () => { theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'); redraw(); });

    const models = data.models.map((m) => [m.name, m.name]);
    const own = data.models.find((m) => !m.baseline) || (regimes.length && leaderOf(regimes[state.regime], primary)) || data.models[0];
    state.model = own.name;
    state.lossModel = own.name;
    state.sureModel = own.name;
    const named = regimes.map((r, i) => [i, words(r.protocol) + ' (' + STATUS[r.status].name + ')']);
    options(byId('metric'), data.figures.map((f) => [f.name, sentenceCase(f.label)]), state.figure, (v) => { state.figure = v; scores(); });
    options(byId('regime'), named.concat([[-1, 'all regimes']]), state.regime, (v) => { state.regime = Number(v); search(); });
    options(byId('model'), models, state.model, (v) => { state.model = v; conditions(); effect(); });
    options(byId('sure-regime'), named, state.sureRegime, (v) => { state.sureRegime = Number(v); confidence(); });
    options(byId('sure-model'), models, state.sureModel, (v) => { state.sureModel = v; confidence(); });
    options(byId('trust-regime'), named, state.trustRegime, (v) => { state.trustRegime = Number(v); trust(); });
    options(byId('loss-model'), models, state.lossModel, (v) => { state.lossModel = v; losses(); });
    options(byId('loss-regime'), [[-1, 'all regimes']].concat(named), state.lossRegime, (v) => { state.lossRegime = Number(v); losses(); });
    options(byId('loss-metric'), data.itemMetrics.map((m, i) => [i, sentenceCase(m.label)]), state.lossMetric, (v) => { state.lossMetric = Number(v); losses(); });
    byId('search').addEventListener('input', (e) => { state.query = e.target.value; search(); });
    byId('plot-agreement').addEventListener('click', () => { state.plot = 'agreement'; effect(); });
    byId('plot-volcano').addEventListener('click', () => { state.plot = 'volcano'; effect(); });
    byId('more-genes').addEventListener('click', () => { state.genesShown += 4 * GENES_AT_ONCE; effect(); });
    byId('copy').addEventListener('click', copy);

    summary();
    scores();
    won();
    confidence();
    trust();
    byId('cut').textContent = data.cut;
    search();
    losses();
    answers();
    card(byId('data-card'), data.data);
    card(byId('split-card'), data.split);
    fill(byId('metrics'), data.itemMetrics.map((m) => [element('dt', {}, sentenceCase(m.label)), element('dd', {}, m.explanation)]).flat());
    document.documentElement.dataset.ready = 'true';
  }

  start();
})();
