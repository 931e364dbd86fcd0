// Draws the page of a suite from the JSON in #report-data.
(function () {
  'use strict';

  const { byId, element, fill, known, number, plural, bracket, range, sentenceCase, charts, draw, facts,
    table, grid, header, ordered, options, theme, copy } = page;
  const data = JSON.parse(byId('report-data').textContent);
  const ROWS_AT_ONCE = 400;
  const LISTED = 10;
  const BESIDE = 10; // metrics whose table fits beside their chart
  const OUTCOME = {
    BETTER: { name: 'better', style: 'good', colour: '@good' },
    WORSE: { name: 'worse', style: 'bad', colour: '@bad' },
    NOT_DISTINGUISHABLE: { name: 'not told apart', style: '', colour: '@other' },
    '': { name: '\u2013', style: '', colour: '@other' },
  };
  const SIGNAL = { NONE: 'none', WEAK: 'weak', CLEAR: 'clear', UNKNOWN: '\u2013' };
  const state = { part: 0, metric: 0, chosen: -1, query: '', sort: { key: 'place', down: true } };

  const part = () => data.parts[state.part];
  const scoredOf = (p) => p.lines.filter((l) => l.scored);
  const halved = (p) => p.lines.some((l) => l.replicate && known(l.one) && Math.abs(l.one - l.replicate[0]) < 1e-9);
  const named = (p) => p.name || 'All cells';
  const figureText = (v) => (known(v) ? number(v, Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 0.1 || v === 0 ? 3 : Math.abs(v) >= 0.001 ? 4 : 6) : '\u2013');
  const title = (line) => sentenceCase(line.title);

  /** Where a figure lies between the ends of its line's scale. */
  function place(line, figure) {
    if (!known(figure) || !known(line.zero) || !known(line.one) || line.one === line.zero) return null;
    return Math.max(-3, Math.min(3, (figure - line.zero) / (line.one - line.zero)));
  }

  /** A range on round numbers that holds all values, 0 and 1. */
  function span(values) {
    const found = values.filter((v) => known(v) && Number.isFinite(v));
    const low = Math.max(-6, Math.min(0, ...found));
    const high = Math.min(6, Math.max(1, ...found));
    const step = [0.1, 0.2, 0.25, 0.5, 1, 2].find((s) => (high - low) / s <= 8) || 2;
    return { min: Math.floor(low / step + 1e-9) * step, max: Math.ceil(high / step - 1e-9) * step, interval: step };
  }

  // ---------------------------------------------------------------- verdict

  function summary() {
    for (const node of document.querySelectorAll('.made-by')) node.textContent = data.command;
    const single = data.parts.length === 1;
    fill(byId('total'),
      element('p', { class: 'counts' }, 'Score under ' + data.profile),
      element('p', { class: 'big' }, number(data.score, 2)),
      single && data.parts[0].interval ? element('p', { class: 'counts' }, '95 %: ' + range(data.parts[0].interval) + ', n = ' + data.parts[0].perturbations.length) : null,
      single ? null : element('p', { class: 'counts' }, 'mean of ' + plural(data.parts.length, 'context')),
      element('p', { class: 'counts' }, '0: ' + data.zero), element('p', { class: 'counts' }, '1: ' + data.one));
    fill(byId('verdicts'), data.parts.map((p) => element('article', { class: 'card tested' },
      element('h3', {}, named(p)),
      p.headlines.map((h) => element('p', { class: 'headline' }, h)),
      element('dl', { class: 'minute' }, p.answers.map(([q, a]) => [element('dt', {}, q), element('dd', {}, a)]).flat()),
      element('p', { class: 'counts' }, 'n = ' + plural(p.perturbations.length, 'perturbation') + (p.cells ? ', ' + p.cells + ' measured cells with controls' : '') + '.'))));
  }

  // ---------------------------------------------------------------- scores

  function ladder(p) {
    const lines = scoredOf(p);
    const names = ['Overall'].concat(lines.map(title));
    const rows = [{ score: p.score, interval: p.interval, n: p.perturbations.length, outcome: 'total' }].concat(lines);
    const axis = span(rows.flatMap((r) => [r.score].concat(r.interval || [])));
    const colour = (r) => (r.outcome === 'total' ? '@accent' : OUTCOME[r.outcome].colour);
    const point = (r, i) => ({ name: names[i] + ': ' + number(r.score) + bracket(r.interval) + ', n = ' + r.n, value: [r.score, names[i]], itemStyle: { color: colour(r) }, symbolSize: i === 0 ? 15 : 11 });
    const bars = rows.map((r, i) => (r.interval ? [{ coord: [Math.max(axis.min, r.interval[0]), names[i]], lineStyle: { color: colour(r) } }, { coord: [Math.min(axis.max, r.interval[1]), names[i]] }] : null)).filter(Boolean);
    const end = (x, label, c) => ({ xAxis: x, lineStyle: { color: c, type: 'dashed', width: 2 }, label: { show: true, formatter: label, color: c, position: 'start', fontSize: 12 } });
    return {
      animation: false,
      aria: { enabled: true, label: { description: 'Scores of ' + named(p) + ' with their intervals' } },
      textStyle: { color: '@text' },
      tooltip: { trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: '@surface', borderColor: '@line', textStyle: { color: '@text', fontSize: 12 } },
      grid: { left: 8, right: 24, top: 34, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all' },
      xAxis: Object.assign({ type: 'value', name: 'score', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: '@muted' }, axisLabel: { color: '@muted', hideOverlap: true }, axisLine: { show: true, onZero: false, lineStyle: { color: '@line' } }, splitLine: { lineStyle: { color: '@grid' } } }, axis),
      yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: '@text', width: 250, overflow: 'truncate' }, splitLine: { show: true, lineStyle: { color: '@grid' } } },
      series: [
        { type: 'scatter', z: 3, data: rows.map(point).filter((d) => known(d.value[0])),
          markLine: { silent: true, animation: false, symbol: 'none', precision: 6, label: { show: false }, lineStyle: { type: 'solid', width: 4, opacity: 0.5 }, data: bars } },
        { type: 'scatter', data: [], silent: true,
          markLine: { silent: true, animation: false, symbol: 'none', precision: 6, data: [end(0, 'baseline', '@muted'), end(1, halved(p) ? 'half against half' : 'ideal', '@ceiling')] } },
      ],
    };
  }

  const mapping = (l) => (known(l.one) ? '(u \u2212 ' + figureText(l.zero).replace('\u2212', '-') + ') / (' + figureText(l.one) + ' \u2212 ' + figureText(l.zero).replace('\u2212', '-') + '), ' + l.clamps : '');

  function scoreTable(p) {
    const lines = scoredOf(p);
    const ceiling = lines.some((l) => l.replicate);
    const columns = [{ label: 'metric' }, { label: 'value', number: true }, { label: 'n', number: true }, { label: 'baseline', number: true }]
      .concat(ceiling ? [{ label: 'half vs half', number: true }] : [],
        [{ label: 'score, 95 %', number: true }, { label: 'says' }]);
    const rows = lines.map((l) => ({ cells: [
      [title(l)],
      figureText(l.value), l.n, figureText(l.baseline)].concat(
      ceiling ? [l.replicate ? figureText(l.replicate[0]) + (known(l.replicate[1]) ? ' \u00b1 ' + number(l.replicate[1], 3) : '') : '\u2013'] : [],
      [number(l.score) + bracket(l.interval), [OUTCOME[l.outcome].name, OUTCOME[l.outcome].style]]) }));
    rows.push({ style: 'total', cells: ['Overall', '', p.perturbations.length, ''].concat(ceiling ? [''] : [], [number(p.score) + bracket(p.interval), '']) });
    return grid('Values, their ends and their scores; says: against the baseline over the same perturbations', columns, rows);
  }

  function scores() {
    byId('scores-note').textContent = 'A point is the score of a metric, its bar the 95 % interval from drawing perturbations with replacement, the ends of the scale held fixed. At 0 lies the baseline: '
      + data.zero + '. At 1 lies ' + data.one + '. Green is better than the baseline over the same perturbations, red worse, grey not told apart.';
    const node = byId('score-cards');
    for (const chart of node.querySelectorAll('.chart')) if (charts.has(chart)) { charts.get(chart).dispose(); charts.delete(chart); }
    fill(node, data.parts.map((p, i) => element('article', { class: 'panel' },
      element('div', { class: 'panel-head' }, element('h3', {}, named(p)), element('p', { class: 'counts' }, 'n = ' + plural(p.perturbations.length, 'perturbation'))),
      element('div', { class: scoredOf(p).length > BESIDE ? '' : 'ladder' },
        element('div', { class: 'chart', role: 'img', 'aria-label': 'Scores of ' + named(p), id: 'score-chart-' + i, style: 'height:' + (100 + 32 * Math.min(30, 1 + scoredOf(p).length)) + 'px' }),
        scoredOf(p).length > BESIDE ? element('p', { class: 'hint' }, 'Every value with its ends stands under \u201cAll metrics\u201d.') : scoreTable(p)))));
    data.parts.forEach((p, i) => draw(byId('score-chart-' + i), ladder(p)));
  }

  // ---------------------------------------------------------------- won and lost

  function won() {
    const judged = data.parts.filter((p) => scoredOf(p).some((l) => l.tally[0] + l.tally[1] + l.tally[2] > 0));
    byId('won').hidden = judged.length === 0;
    fill(byId('won-cards'), judged.map((p) => element('article', { class: 'panel' },
      element('div', { class: 'panel-head' }, element('h3', {}, named(p)), element('p', { class: 'counts' }, plural(p.perturbations.length, 'perturbation'))),
      element('div', { class: 'chart', role: 'img', 'aria-label': 'Won and lost in ' + named(p), id: 'won-chart-' + data.parts.indexOf(p), style: 'height:' + (90 + 28 * scoredOf(p).length) + 'px' }))));
    for (const p of judged) {
      const lines = scoredOf(p).filter((l) => l.tally[0] + l.tally[1] + l.tally[2] > 0);
      const series = [['better', '@good', 0], ['the same', '@none', 1], ['worse', '@bad', 2], ['no figure', '@grid', 3]].map(([name, colour, k]) => ({
        name, type: 'bar', stack: 'all', barMaxWidth: 20, itemStyle: { color: colour },
        data: lines.map((l) => ({ value: l.tally[k], name: title(l) + ': ' + name + ' on ' + l.tally[k] + ' of ' + p.perturbations.length,
          label: { show: l.tally[k] > 0 && l.tally[k] >= p.perturbations.length / 25, color: k === 0 || k === 2 ? '@surface' : '@text', fontSize: 12 } })) }));
      draw(byId('won-chart-' + data.parts.indexOf(p)), {
        animation: false, aria: { enabled: true, label: { description: 'Perturbations better, the same and worse than the baseline in ' + named(p) } }, textStyle: { color: '@text' },
        tooltip: { trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: '@surface', borderColor: '@line', textStyle: { color: '@text', fontSize: 12 } },
        legend: { top: 0, left: 0, textStyle: { color: '@text' }, itemGap: 14 },
        grid: { left: 8, right: 12, top: 34, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all' },
        xAxis: { type: 'value', max: p.perturbations.length, name: 'perturbations', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: '@muted' }, axisLabel: { color: '@muted', hideOverlap: true }, splitLine: { lineStyle: { color: '@grid' } } },
        yAxis: { type: 'category', inverse: true, data: lines.map(title), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: '@text', width: 250, overflow: 'truncate' } },
        series });
    }
  }

  // ---------------------------------------------------------------- perturbation by perturbation

  const lineOf = () => part().lines[Math.min(state.metric, part().lines.length - 1)];

  function against(line, i) {
    const own = line.figures[i];
    const base = line.baselineFigures[i];
    if (!known(own) || !known(base)) return null;
    if (Math.abs(own - base) <= 1e-4 * Math.max(Math.abs(base), 1e-9)) return 'same';
    return (own < base) === line.lower ? 'better' : 'worse';
  }

  function columns() {
    const p = part();
    const line = lineOf();
    const list = [{ key: 'name', label: 'perturbation', value: (i) => p.perturbations[i] },
      { key: 'signal', label: 'signal', value: (i) => SIGNAL[p.signal[i]] },
      { key: 'place', label: 'place', number: true, value: (i) => p.places[i] }];
    if (line.figures.length > 0) {
      list.push({ key: 'figure', label: 'predicted', number: true, value: (i) => line.figures[i], text: figureText });
      if (line.baselineFigures.length > 0) list.push({ key: 'base', label: 'baseline', number: true, value: (i) => line.baselineFigures[i], text: figureText },
        { key: 'says', label: 'says', value: (i) => against(line, i) });
    }
    return list;
  }

  function conditions() {
    const p = part();
    const query = state.query.trim().toLowerCase();
    const found = p.perturbations.map((name, i) => i).filter((i) => p.perturbations[i].toLowerCase().includes(query));
    byId('search-note').textContent = query ? plural(found.length, 'perturbation') + ' match \u201c' + state.query.trim() + '\u201d.' : '';
    const shown = columns();
    const rows = ordered(found, shown, state.sort);
    if (rows.length > 0 && !rows.includes(state.chosen)) state.chosen = rows[0];
    byId('conditions-title').textContent = 'Perturbations' + (p.name ? ' of ' + p.name : '') + ', by ' + lineOf().title;
    const node = byId('condition-table');
    fill(node.tHead, header(shown, state.sort, (c) => { state.sort = { key: c.key, down: state.sort.key === c.key ? !state.sort.down : Boolean(c.number) }; conditions(); }));
    fill(node.tBodies[0], rows.slice(0, ROWS_AT_ONCE).map((i) => element('tr', { class: i === state.chosen ? 'chosen' : null, 'data-case': i, onclick: () => choose(i) },
      shown.map((c, n) => {
        const value = c.value(i);
        const text = !known(value) ? '\u2013' : c.text ? c.text(value) : c.number ? number(value) : value;
        const style = [c.number ? 'number' : 'label', value === 'better' ? 'good' : value === 'worse' ? 'bad' : ''].filter(Boolean).join(' ');
        return element('td', { class: style }, n === 0 ? element('button', { type: 'button' }, text) : text);
      }))), rows.length === 0 ? element('tr', {}, element('td', { colspan: shown.length }, 'No perturbation has this name.')) : []);
    chosen();
  }

  function choose(i) {
    state.chosen = i;
    for (const row of byId('condition-table').tBodies[0].rows) row.classList.toggle('chosen', Number(row.dataset.case) === i);
    chosen();
  }

  function quartiles(values) {
    const sorted = values.filter(known).sort((a, b) => a - b);
    const at = (q) => sorted[Math.round(q * (sorted.length - 1))];
    return sorted.length ? [at(0.25), at(0.75)] : null;
  }

  function chosen() {
    const p = part();
    const i = state.chosen;
    const lines = scoredOf(p).filter((l) => l.figures.length > 0);
    byId('case-title').textContent = p.perturbations[i] + (p.name ? ' in ' + p.name : '');
    const left = p.omissions.filter((o) => o[0] === p.perturbations[i] && scoredOf(p).some((l) => l.metric === o[1] || !o[1]));
    byId('case-facts').textContent = ({ NONE: 'No gene changes beyond chance in the measured cells: nothing here can show a prediction right. ', WEAK: 'One to nine genes change beyond chance. ', CLEAR: 'Ten genes or more change beyond chance. ', UNKNOWN: '' })[p.signal[i]]
      + (left.length ? 'Left out of ' + left.map((o) => (p.lines.find((l) => l.metric === o[1]) || { title: 'all' }).title).join(', ') + '.' : '');
    const names = lines.map(title);
    const places = lines.map((l) => place(l, l.figures[i]));
    const bands = lines.map((l) => quartiles(l.figures.map((f) => place(l, f))));
    const bases = lines.map((l) => place(l, l.baselineFigures[i]));
    const axis = span(places.concat(bases, bands.flatMap((b) => b || [])));
    byId('case-chart').style.height = 104 + 30 * lines.length + 'px';
    if (lines.length) draw(byId('case-chart'), {
      animation: false, aria: { enabled: true, label: { description: p.perturbations[i] + ' between baseline and ceiling' } }, textStyle: { color: '@text' },
      tooltip: { trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: '@surface', borderColor: '@line', textStyle: { color: '@text', fontSize: 12 } },
      legend: { top: 0, left: 0, textStyle: { color: '@text' }, itemGap: 14, data: ['this perturbation', 'baseline on it', 'middle half of all'] },
      grid: { left: 8, right: 24, top: 52, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all' },
      xAxis: Object.assign({ type: 'value', name: 'between the baseline of all (0) and the upper end (1)', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: '@muted' }, axisLabel: { color: '@muted', hideOverlap: true }, axisLine: { show: true, onZero: false, lineStyle: { color: '@line' } }, splitLine: { lineStyle: { color: '@grid' } } }, axis),
      yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: '@text', width: 210, overflow: 'truncate' }, splitLine: { show: true, lineStyle: { color: '@grid' } } },
      series: [
        { name: 'middle half of all', type: 'scatter', symbol: 'rect', symbolSize: [14, 8], itemStyle: { color: '@none' }, data: [], silent: true, z: 1,
          markLine: { silent: true, animation: false, symbol: 'none', precision: 6, label: { show: false }, lineStyle: { color: '@none', type: 'solid', width: 10 },
            data: bands.map((b, k) => (b && b[1] > b[0] ? [{ coord: [b[0], names[k]] }, { coord: [b[1], names[k]] }] : null)).filter(Boolean) } },
        { name: 'baseline on it', type: 'scatter', symbol: 'diamond', symbolSize: 10, itemStyle: { color: '@ceiling' }, z: 3,
          data: bases.map((v, k) => ({ name: names[k] + ', baseline: ' + figureText(lines[k].baselineFigures[i]), value: [v, names[k]] })).filter((d) => known(d.value[0])) },
        { name: 'this perturbation', type: 'scatter', symbolSize: 13, itemStyle: { color: '@accent' }, z: 4,
          data: places.map((v, k) => ({ name: names[k] + ': ' + figureText(lines[k].figures[i]), value: [v, names[k]] })).filter((d) => known(d.value[0])),
          markLine: { silent: true, animation: false, symbol: 'none', label: { show: false }, data: [{ xAxis: 0, lineStyle: { color: '@muted', type: 'dashed', width: 1 } }, { xAxis: 1, lineStyle: { color: '@ceiling', type: 'dashed', width: 1 } }] } },
      ] });
    fill(byId('case-table'), grid('Figures of ' + p.perturbations[i], [{ label: 'metric' }, { label: 'predicted', number: true }, { label: 'baseline', number: true }, { label: 'against it' }, { label: 'rank', number: true }],
      p.lines.filter((l) => l.figures.length > 0).map((l) => {
        const says = against(l, i);
        return { cells: [title(l), figureText(l.figures[i]), l.baselineFigures.length ? figureText(l.baselineFigures[i]) : '\u2013', [says || '\u2013', says === 'better' ? 'good' : says === 'worse' ? 'bad' : ''], rank(l, i)] };
      })));
    scatter();
  }

  /** The place among all perturbations, 1 is best. */
  function rank(line, i) {
    const own = line.figures[i];
    if (!known(own)) return '\u2013';
    const all = line.figures.filter(known);
    return 1 + all.filter((v) => (line.lower ? v < own : v > own)).length + ' of ' + all.length;
  }

  function scatter() {
    const p = part();
    const line = lineOf();
    const shown = line.figures.length > 0 && line.baselineFigures.length > 0;
    for (const id of ['scatter', 'scatter-title', 'scatter-note']) byId(id).hidden = !shown;
    if (!shown) return;
    const rows = p.perturbations.map((name, i) => ({ i, name, own: line.figures[i], base: line.baselineFigures[i] })).filter((r) => known(r.own) && known(r.base));
    if (rows.length === 0) { byId('scatter').hidden = true; return; }
    const all = rows.flatMap((r) => [r.own, r.base]);
    const pad = (Math.max(...all) - Math.min(...all)) * 0.04 || 0.1;
    const low = Number((Math.min(...all) - pad).toPrecision(2));
    const high = Number((Math.max(...all) + pad).toPrecision(2));
    const axis = (name) => ({ type: 'value', name, min: low, max: high, nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: '@muted' }, axisLine: { show: true, onZero: false, lineStyle: { color: '@line' } }, axisLabel: { color: '@muted', hideOverlap: true, showMinLabel: false, showMaxLabel: false }, splitLine: { lineStyle: { color: '@grid' } } });
    const groups = [['better', '@good', 'circle'], ['the same', '@other', 'diamond'], ['worse', '@bad', 'triangle']].map(([name, colour, symbol]) => ({ name, type: 'scatter', symbol, symbolSize: 10, itemStyle: { color: colour, opacity: 0.8 },
      data: rows.filter((r) => (against(line, r.i) === 'same' ? 'the same' : against(line, r.i)) === name).map((r) => ({ name: r.name + ': predicted ' + figureText(r.own) + ', baseline ' + figureText(r.base), value: [r.base, r.own, r.i] })) }));
    const found = rows.find((r) => r.i === state.chosen);
    byId('scatter-title').textContent = 'Prediction against baseline: ' + line.title;
    byId('scatter-note').textContent = line.meaning + ' One point per perturbation (n = ' + rows.length + '); ' + (line.lower ? 'below' : 'above') + ' the dashed line the prediction is better. Click a point to see the perturbation.';
    draw(byId('scatter'), {
      animation: false, aria: { enabled: true, label: { description: 'Prediction against baseline by ' + line.title } }, textStyle: { color: '@text' },
      tooltip: { trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: '@surface', borderColor: '@line', textStyle: { color: '@text', fontSize: 12 } },
      legend: { top: 0, left: 0, textStyle: { color: '@text' }, itemGap: 14, data: ['better', 'the same', 'worse'] },
      grid: { left: 8, right: 22, top: 34, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all' },
      xAxis: axis('baseline'), yAxis: axis('prediction'),
      series: groups.concat([{ name: 'equal', type: 'line', silent: true, symbol: 'none', data: [[low, low], [high, high]], lineStyle: { color: '@muted', type: 'dashed', width: 1 }, z: 0 }],
        found ? [{ name: 'chosen', type: 'scatter', symbolSize: 18, z: 5, itemStyle: { color: 'transparent', borderColor: '@mark', borderWidth: 3 }, label: { show: true, position: 'top', color: '@text', fontWeight: 'bold', formatter: () => found.name }, data: [{ name: found.name, value: [found.base, found.own, found.i] }] }] : []),
    }, (event) => { const i = event.data && event.data.value && event.data.value[2]; if (Number.isInteger(i)) choose(i); });
  }

  // ---------------------------------------------------------------- losses

  function losses() {
    const rows = data.parts.flatMap((p, k) => p.perturbations.map((name, i) => ({ k, i, name, place: p.places[i] })))
      .filter((r) => known(r.place) && r.place < 0).sort((a, b) => a.place - b.place || a.name.localeCompare(b.name));
    byId('losses-note').textContent = rows.length === 0 ? 'No perturbation lies below the baseline in the mean of its metrics.'
      : plural(rows.length, 'perturbation') + (rows.length === 1 ? ' lies' : ' lie') + ' below the baseline in the mean of the scored metrics' + (rows.length > LISTED ? '; the ' + LISTED + ' lowest are listed' : '') + '. Without signal a place says little.';
    const node = byId('loss-table');
    fill(node.tHead, element('tr', {}, ['perturbation', 'context', 'signal'].map((c) => element('th', { scope: 'col' }, c)), element('th', { scope: 'col', class: 'number' }, 'place'), element('th', { scope: 'col' }, 'worse than the baseline in')));
    fill(node.tBodies[0], rows.slice(0, LISTED).map((r) => {
      const p = data.parts[r.k];
      const lost = scoredOf(p).filter((l) => against(l, r.i) === 'worse').map((l) => l.title);
      return element('tr', {}, element('td', { class: 'label' }, element('button', { type: 'button', onclick: () => show(r) }, r.name)), element('td', { class: 'label' }, named(p)),
        element('td', {}, SIGNAL[p.signal[r.i]]), element('td', { class: 'number' }, number(r.place)), element('td', { class: 'label' }, lost.join(', ') || '\u2013'));
    }));
  }

  function show(row) {
    state.part = row.k;
    state.query = '';
    state.chosen = row.i;
    byId('search').value = '';
    byId('part').value = String(row.k);
    conditions();
    byId('perturbations').scrollIntoView();
  }

  // ---------------------------------------------------------------- all metrics and what was left out

  function metricTables() {
    fill(byId('metric-tables'), data.parts.map((p) => {
      const half = p.lines.some((l) => l.replicate);
      const list = [{ label: 'metric' }, { label: 'value', number: true }, { label: 'n', number: true }, { label: 'baseline', number: true }, { label: 'difference, 95 %', number: true }, { label: 'against it' }]
        .concat(half ? [{ label: 'half against half', number: true }] : [], [{ label: 'score', number: true }, { label: 'made by' }]);
      return element('div', {}, data.parts.length > 1 ? element('h3', {}, named(p)) : null, grid('All metrics of ' + data.profile + (p.name ? ' in ' + p.name : '') + ', n = ' + plural(p.perturbations.length, 'perturbation'), list,
        p.lines.map((l) => ({ cells: [[[title(l), element('small', {}, l.metric)], ''], figureText(l.value), l.n, figureText(l.baseline),
          known(l.difference) ? figureText(l.difference) + (l.differenceInterval ? ' [' + l.differenceInterval.map(figureText).join(', ') + ']' : '') : '\u2013',
          [l.baselineFigures.length ? OUTCOME[l.outcome].name : '\u2013', OUTCOME[l.outcome].style]].concat(
          half ? [l.replicate ? figureText(l.replicate[0]) + (known(l.replicate[1]) ? ' \u00b1 ' + number(l.replicate[1], 3) : '') : '\u2013'] : [],
          [known(l.score) ? number(l.score) : 'not scored', mapping(l)]) }))));
    }));
  }

  function omissions() {
    const rows = data.parts.flatMap((p) => p.omissions.map(([perturbation, from, reason]) => [named(p), perturbation, from ? (p.lines.find((l) => l.metric === from) || { metric: from }).metric : 'everything', reason]));
    const labels = new Set(rows.map((r) => r[0] + '\n' + r[1]));
    const notes = data.parts.flatMap((p) => p.notes.filter((n) => !/leaves out|is not defined for/.test(n)).map((n) => (p.name ? p.name + ': ' : '') + n));
    fill(byId('omissions'), notes.map((n) => element('p', { class: 'note' }, sentenceCase(n) + '.')),
      rows.length === 0 ? element('p', {}, 'Every perturbation has a figure in every metric.')
        : [element('p', {}, plural(labels.size, 'perturbation') + ' ' + (labels.size === 1 ? 'has' : 'have') + ' no figure in some metric; each is listed with its reason.'),
          table(plural(rows.length, 'omission'), ['context', 'perturbation', 'left out of', 'reason'], rows, 'tall')]);
  }

  function reading() {
    const half = data.parts.some((p) => p.lines.some((l) => l.replicate));
    fill(byId('reading-list'), [
      ['A score is a place on a line.', '(u \u2212 b) / (r \u2212 b): u is the value of the metric, b the value that scores 0, r the value that scores 1. The clamps stand beside each metric in \u201cAll metrics\u201d.'],
      ['0: ', data.zero + '.'], ['1: ', data.one + '.'],
      half ? ['Half against half', 'is what one half of the measured cells reaches as a prediction of the other half, with the spread over the splits. It has half the depth, so that a prediction can exceed it.'] : null,
      ['Intervals', 'come from drawing perturbations with replacement, 2,000 times. They say how much the figure depends on which perturbations were chosen, not on which cells; the ends of the scale are held fixed. Each holds for itself: of twenty, one is expected to miss.'],
      ['A metric that no perturbation can lose', 'tells nothing: look at the signal before the score.'],
    ].filter(Boolean).map(([strong, text]) => element('li', {}, element('strong', {}, strong), ' ', text)));
    const seen = new Map(data.parts.flatMap((p) => p.lines).filter((l) => l.meaning).map((l) => [l.metric, l]));
    fill(byId('terms'), [...seen.values()].map((l) => [element('dt', {}, title(l) + ' (' + l.metric + ')'), element('dd', {}, l.meaning + (l.lower ? ' Lower is better.' : ''))]).flat());
  }

  // ---------------------------------------------------------------- start

  /** The scored line with most different figures: there a scatter says most. */
  function telling(p) {
    let best = 0;
    let most = 0;
    p.lines.forEach((l, i) => { const n = l.scored ? new Set(l.figures.filter(known)).size : 0; if (n > most) { best = i; most = n; } });
    return best;
  }

  function redraw() { scores(); won(); chosen(); }

  function start() {
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    theme(scheme.matches ? 'dark' : 'light');
    scheme.addEventListener('change', (e) => { theme(e.matches ? 'dark' : 'light'); redraw(); });
    byId('theme').addEventListener('click', () => { theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'); redraw(); });
    state.metric = telling(data.parts[0]);
    byId('part-field').hidden = data.parts.length === 1;
    options(byId('part'), data.parts.map((p, i) => [i, named(p)]), 0, (v) => { state.part = Number(v); conditions(); });
    options(byId('metric'), data.parts[0].lines.map((l, i) => [i, title(l) + (l.scored ? '' : ' (not scored)')]), state.metric, (v) => { state.metric = Number(v); conditions(); });
    byId('search').addEventListener('input', (e) => { state.query = e.target.value; conditions(); });
    byId('copy').addEventListener('click', copy);
    summary();
    scores();
    won();
    conditions();
    losses();
    metricTables();
    omissions();
    reading();
    facts(byId('rules'), data.rules);
    facts(byId('asked'), data.facts);
    document.documentElement.dataset.ready = 'true';
  }

  start();
})();
