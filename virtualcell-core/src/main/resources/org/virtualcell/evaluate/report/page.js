// What every page of this library shares. Text from the data reaches a page only as text nodes and
// attributes, never as HTML; charts draw it as text.
const page = (function () {
  'use strict';

  const byId = (id) => document.getElementById(id);
  function element(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    node.append(...children.flat().filter((c) => c !== null && c !== undefined).map((c) => (c instanceof Node ? c : String(c))));
    return node;
  }

  const fill = (node, ...children) => node.replaceChildren(...children.flat().filter(Boolean));
  const known = (value) => value !== null && value !== undefined;
  const signed = (text) => text.replace('-', '\u2212');
  const number = (value, digits = 2) => (known(value) ? signed(Number(value).toFixed(digits)) : '\u2013');
  const plural = (n, what) => n + ' ' + what + (n === 1 ? '' : 's');
  const percent = (v) => (known(v) ? Math.round(100 * v) + ' %' : '\u2013');
  const bracket = (interval) => (interval ? ' [' + number(interval[0]) + ', ' + number(interval[1]) + ']' : '');
  const range = (interval) => (interval ? number(interval[0]) + ' to ' + number(interval[1]) : '\u2013');
  const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const charts = new Map();
  /** Replaces colour names such as "@accent" by the current colours. */
  function coloured(option, style) {
    if (typeof option === 'string') return option.startsWith('@') ? style.getPropertyValue('--' + option.slice(1)).trim() : option;
    if (Array.isArray(option)) return option.map((o) => coloured(o, style));
    if (option && typeof option === 'object') {
      return Object.fromEntries(Object.entries(option).map(([k, v]) => [k, k === 'data' ? colouredData(v, style) : coloured(v, style)]));
    }
    return option;
  }

  /** Data may hold labels that begin with an at sign; only styles inside it are colours. */
  function colouredData(value, style) {
    if (Array.isArray(value)) return value.map((v) => colouredData(v, style));
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'label' || k === 'itemStyle' || k === 'lineStyle' ? coloured(v, style) : v]));
    }
    return value;
  }

  function draw(node, option, onClick) {
    let chart = charts.get(node);
    if (!chart) {
      chart = echarts.init(node, null, { renderer: 'svg' });
      charts.set(node, chart);
      if (onClick) chart.on('click', onClick);
      new ResizeObserver(() => chart.resize()).observe(node);
    }
    const drawn = coloured(option, getComputedStyle(document.documentElement));
    drawn.tooltip = Object.assign({}, drawn.tooltip, { formatter: (p) => p.name });
    drawn.textStyle = Object.assign({}, drawn.textStyle, { fontFamily: getComputedStyle(document.body).fontFamily });
    chart.setOption(drawn, { notMerge: true });
  }

  function facts(node, rows) {
    fill(node, rows.map(([label, value, note]) =>
      element('div', { class: value.length > 40 ? 'long' : null }, element('dt', {}, label), element('dd', {}, value, note ? element('small', {}, note) : null))));
  }

  function table(caption, columns, rows, size = '') {
    const numbers = columns.map((c, i) => i > 0 && rows.length > 0 && rows.every((row) => /^[\d.,\u2212-]+$/.test(row[i])));
    const style = (i) => (numbers[i] ? 'number' : 'label');
    return element('div', { class: 'scroll ' + size, role: 'region', tabindex: '0', 'aria-label': caption },
      element('table', {},
        element('caption', {}, caption),
        element('thead', {}, element('tr', {}, columns.map((c, i) => element('th', { scope: 'col', class: style(i) }, c)))),
        element('tbody', {}, rows.map((row) => element('tr', {}, row.map((cell, i) => element('td', { class: style(i) }, cell)))))));
  }

  function card(node, content) {
    const list = element('dl', { class: 'rows' });
    facts(list, content.facts);
    fill(node, list, content.findings.map((f) => element('p', { class: 'note' }, f)),
      content.tables.map((t) => table(t.caption, t.columns, t.rows)));
  }

  function grid(caption, columns, rows) {
    return element('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': caption },
      element('table', {}, element('caption', {}, caption),
        element('thead', {}, element('tr', {}, columns.map((c) => element('th', { scope: 'col', class: c.number ? 'number' : null }, c.label)))),
        element('tbody', {}, rows.map((row) => element('tr', { class: row.style }, row.cells.map((cell, i) => {
          const [text, style] = Array.isArray(cell) ? cell : [cell, ''];
          const classes = [columns[i].number ? 'number' : '', style].filter(Boolean).join(' ');
          return i === 0 ? element('th', { scope: 'row' }, text) : element('td', { class: classes || null }, text);
        }))))));
  }

  function header(columns, sort, onSort) {
    return element('tr', {}, columns.map((c) =>
      element('th', { scope: 'col', class: c.number ? 'number' : null, 'aria-sort': sort && sort.key === c.key ? (sort.down ? 'descending' : 'ascending') : null },
        element('button', { type: 'button', onclick: () => onSort(c) }, c.label))));
  }

  function ordered(rows, columns, sort) {
    if (!sort) return rows;
    const column = columns.find((c) => c.key === sort.key);
    if (!column) return rows;
    const size = column.size || column.value;
    return rows.map((row, i) => [size(row), i, row]).sort(([a, i], [b, j]) => {
      if (!known(a) || !known(b)) return (known(b) ? 1 : 0) - (known(a) ? 1 : 0) || i - j;
      const order = typeof a === 'string' ? a.localeCompare(b) : a - b;
      return (sort.down ? -order : order) || i - j;
    }).map(([, , row]) => row);
  }

  function options(node, entries, value, onChange) {
    fill(node, entries.map(([v, text]) => element('option', { value: v }, text)));
    node.value = String(value);
    node.addEventListener('change', () => onChange(node.value));
  }

  function theme(name) {
    document.documentElement.dataset.theme = name;
    byId('theme').setAttribute('aria-pressed', String(name === 'dark'));
    byId('theme').textContent = name === 'dark' ? 'Light' : 'Dark';
    byId('theme').setAttribute('aria-label', name === 'dark' ? 'Use light colours' : 'Use dark colours');
  }

  function copy() {
    const selection = window.getSelection();
    const range = document.createRange();
    range.selectNodeContents(byId('command'));
    selection.removeAllRanges();
    selection.addRange(range);
    byId('copy').textContent = document.execCommand('copy') ? 'Copied' : 'Selected';
  }

  return { byId, element, fill, known, number, plural, percent, bracket, range, sentenceCase, charts, draw,
    facts, table, card, grid, header, ordered, options, theme, copy };
})();
