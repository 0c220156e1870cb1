/*
 * Runs in the browser, in a drill's report page, after uPlot. Draws the charts of every timeline from the JSON that
 * stands beside them. Everything it shows is in the tables too: without it the page loses comfort, not facts.
 */
(() => {
  const HEIGHT_PX = { calls: 130, latency: 170 };
  const VANTAGE_COLORS = 3;
  const charts = [];

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const pixels = (name) => Number.parseInt(color(name), 10);
  const number = (value, unit) => (value === null || value === undefined ? '–' : `${value}${unit}`);

  /** Steps at which a linear axis of whole calls, or of seconds, may have its ticks. */
  const timeAxis = () => ({
    stroke: color('--quiet'),
    grid: { stroke: color('--grid'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    values: (_, ticks) => ticks.map((tick) => `${tick} s`),
    size: 28,
  });

  const valueAxis = (options) => ({
    stroke: color('--quiet'),
    grid: { stroke: color('--grid'), width: 1 },
    ticks: { show: false },
    size: pixels('--gutter'),
    ...options,
  });

  /** A vertical line at everything that the drill did, with the number that the legend gives it. */
  const drawMarks = (marks) => (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    marks.forEach(({ atSeconds, kind }, index) => {
      const x = Math.round(chart.valToPos(atSeconds, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) return;
      ctx.strokeStyle = ctx.fillStyle = color(kind === 'fault' ? '--fault' : '--heal');
      ctx.lineWidth = Math.round(devicePixelRatio * 1.5);
      ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'top';
      ctx.fillText(String(index + 1), x + 4 * devicePixelRatio, bbox.top);
    });
    ctx.restore();
  };

  const common = (data, sync, width) => ({
    width,
    padding: [8, pixels('--right'), 0, 0],
    cursor: { sync: { key: sync }, drag: { x: true, y: false }, points: { show: false } },
    hooks: { draw: [drawMarks(data.marks)] },
  });

  const timeSeries = { label: 'At', value: (_, at) => number(at, ' s') };
  const timeScale = (data) => ({
    time: false,
    range: (_, min, max) => (min === max ? [0, data.durationSeconds] : [min, max]),
  });

  /** Stacked bars: each series is drawn over the higher one behind it, and its legend tells its own count. */
  const callChart = (data, { sync, width, vantage }) => {
    const bars = uPlot.paths.bars({ size: [1, 100], align: 1, gap: 0 });
    const series = (label, own, fill) => ({
      label,
      fill: color(fill),
      stroke: color(fill),
      width: 0,
      paths: bars,
      points: { show: false },
      value: (_, __, ___, index) => number(index === null ? null : own[index], ''),
    });
    const { ok, slow, failed } = data.vantages[vantage];
    const okAndSlow = ok.map((count, index) => count + slow[index]);
    const all = okAndSlow.map((count, index) => count + failed[index]);
    return {
      options: {
        ...common(data, sync, width),
        height: HEIGHT_PX.calls,
        scales: { x: timeScale(data), y: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] } },
        axes: [
          timeAxis(),
          valueAxis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }),
        ],
        series: [
          timeSeries,
          series('failed', failed, '--failed'),
          series('slow', slow, '--slow'),
          series('ok', ok, '--ok'),
        ],
      },
      columns: [data.fromSeconds, all, okAndSlow, ok],
    };
  };

  /** On a logarithmic axis: what is fast and what timed out are three orders of magnitude apart. */
  const latencyChart = (data, { sync, width }) => {
    const series = (label, index, dash) => ({
      label,
      stroke: color(`--vantage-${index % VANTAGE_COLORS}`),
      width: 1.5,
      ...(dash && { dash }),
      spanGaps: false,
      points: { size: 4 },
      value: (_, ms) => number(ms, ' ms'),
    });
    const known = data.vantages
      .flatMap(({ p50Ms, p99Ms }) => [...p50Ms, ...p99Ms])
      .filter((ms) => ms !== null && ms > 0);
    const powerOfTen = (value, round) => 10 ** round(Math.log10(value));
    const range = [
      powerOfTen(Math.min(1, ...known), Math.floor),
      powerOfTen(Math.max(10, ...known), Math.ceil),
    ];
    const positive = (list) => list.map((ms) => (ms === null ? null : Math.max(ms, range[0])));
    return {
      options: {
        ...common(data, sync, width),
        height: HEIGHT_PX.latency,
        scales: { x: timeScale(data), y: { distr: 3, log: 10, range: () => range } },
        axes: [
          timeAxis(),
          valueAxis({
            values: (_, ticks) =>
              ticks.map((tick) => (Number.isInteger(Math.log10(tick)) ? `${tick} ms` : '')),
          }),
        ],
        series: [
          timeSeries,
          ...data.vantages.flatMap(({ vantage }, index) => [
            series(`${vantage} p50`, index, [4, 4]),
            series(`${vantage} p99`, index),
          ]),
        ],
      },
      columns: [
        data.fromSeconds,
        ...data.vantages.flatMap(({ p50Ms, p99Ms }) => [positive(p50Ms), positive(p99Ms)]),
      ],
    };
  };

  const builders = { calls: callChart, latency: latencyChart };

  /** Arrow keys walk from bucket to bucket, Home and End to the first and last, Escape shows everything again. */
  const listenToKeys = (entry) => {
    entry.element.addEventListener('keydown', (event) => {
      const { chart, data } = entry;
      const last = data.fromSeconds.length - 1;
      const at = chart.cursor.idx ?? 0;
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
      if (event.key === 'Escape') return chart.setScale('x', { min: 0, max: data.durationSeconds });
      if (next === undefined) return;
      event.preventDefault();
      const index = Math.min(last, Math.max(0, next));
      chart.setCursor({ left: chart.valToPos(data.fromSeconds[index], 'x'), top: 1 }, true, true);
    });
  };

  const draw = (element, data, sync) => {
    const { chart: kind, vantage } = element.dataset;
    const { options, columns } = builders[kind](data, { sync, vantage, width: element.clientWidth });
    element.replaceChildren();
    const chart = new uPlot(options, columns, element);
    chart.setScale('x', { min: 0, max: data.durationSeconds });
    return chart;
  };

  document.querySelectorAll('[data-timeline]').forEach((figure, index) => {
    const data = JSON.parse(figure.querySelector('script').textContent);
    for (const element of figure.querySelectorAll('[data-needs-script]')) element.hidden = false;
    for (const element of figure.querySelectorAll('[data-chart]')) {
      const entry = { element, data, sync: `timeline-${index}`, chart: null };
      entry.chart = draw(element, data, entry.sync);
      listenToKeys(entry);
      charts.push(entry);
    }
  });

  const redraw = () => {
    for (const entry of charts) {
      entry.chart.destroy();
      entry.chart = draw(entry.element, entry.data, entry.sync);
    }
  };

  let resizing = 0;
  addEventListener('resize', () => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => {
      for (const { chart, element } of charts)
        chart.setSize({ width: element.clientWidth, height: chart.height });
    });
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
})();
