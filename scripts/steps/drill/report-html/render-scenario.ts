import type { TrafficReport } from '../traffic-report.ts';
import { formatLimit, formatMeasured, formatMs, formatSeconds } from './format-figure.ts';
import { embedJson, type Html, html } from './html.ts';
import { renderLanes } from './render-lanes.ts';
import { renderTable } from './render-table.ts';
import { renderVerdict } from './render-verdict.ts';
import { scenarioId } from './scenario-id.ts';
import { type TrafficBuckets, trafficBuckets } from './traffic-buckets.ts';
import { trafficPhases } from './traffic-phases.ts';

/** One scenario: verdict, objectives, charts over time, and the same in tables. */
export function renderScenario(report: TrafficReport): Html {
  const id = scenarioId(report);
  const buckets = trafficBuckets(report);
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${report.name} ${renderVerdict(report.isKept)}</h2>
<p class="lead">${report.description}</p>
${renderConditions(report)}
${renderObjectives(report)}
${renderTimeline(report, buckets)}
${renderPhases(report)}
${renderEvents(report)}
<details><summary>Traffic in numbers, ${formatSeconds(buckets.bucketSeconds)} a row</summary>${renderBuckets(buckets)}</details>
${report.notes.length > 0 && html`<ul class="notes">${report.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="repeat">Again: <code>${report.repeat}</code></p>
</section>
`;
}

function renderConditions({ budget, timeScale, seed, durationSeconds, samples }: TrafficReport): Html {
  const { intervalSeconds, failureThreshold, ttlSeconds, totalSeconds } = budget;
  const facts = [
    ['Budget', `${intervalSeconds} s x ${failureThreshold} + ${ttlSeconds} s = ${totalSeconds} s`],
    [
      'Length',
      `${formatSeconds(durationSeconds)}${timeScale === 1 ? '' : ` of model time, ${timeScale} times as fast`}`,
    ],
    ['Requests', String(samples.length)],
    ['Seed', String(seed)],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function renderObjectives({ objectives }: TrafficReport): Html {
  return renderTable('Objectives', {
    columns: [
      { head: 'Objective' },
      { head: 'Verdict' },
      { head: 'Measured', isNumeric: true },
      { head: 'Limit', isNumeric: true },
      { head: 'Where the limit comes from' },
    ],
    rows: objectives.map((objective) => [
      objective.name,
      renderVerdict(objective.isKept),
      formatMeasured(objective),
      formatLimit(objective),
      objective.because,
    ]),
  });
}

function renderTimeline(report: TrafficReport, buckets: TrafficBuckets): Html {
  const { marks, durationSeconds } = report;
  const data = { ...buckets, marks, durationSeconds };
  return html`<figure class="timeline" data-timeline>
<figcaption>Over time, in model seconds<span class="hint" data-needs-script hidden>. Drag to look closer, double-click or Escape for all of it, arrow keys to read values</span></figcaption>
<ol class="legend marks">${marks.map(
    ({ kind, what, atSeconds }, index) =>
      html`<li class="${kind}"><b>${index + 1}</b> ${what}, ${formatSeconds(atSeconds)}</li>`,
  )}</ol>
<p class="chart-title" data-needs-script hidden>Requests per ${formatSeconds(buckets.bucketSeconds)}</p>
<div class="chart" data-chart="requests" tabindex="0" role="img" aria-label="Requests per ${formatSeconds(buckets.bucketSeconds)}: ok, slow and failed. The tables below have the numbers."></div>
<p class="chart-title" data-needs-script hidden>Latency of answered requests</p>
<div class="chart" data-chart="latency" tabindex="0" role="img" aria-label="Latency of answered requests in milliseconds: p50 and p99. The tables below have the numbers."></div>
${renderLanes(report)}
<script type="application/json">${embedJson(data)}</script>
</figure>`;
}

function renderPhases(report: TrafficReport): Html {
  return renderTable('Traffic, from fault to fault', {
    columns: [
      { head: 'Since' },
      { head: 'From', isNumeric: true },
      { head: 'To', isNumeric: true },
      { head: 'Vantage' },
      { head: 'Requests', isNumeric: true },
      { head: 'Failed', isNumeric: true },
      { head: 'Slow', isNumeric: true },
      { head: 'p50', isNumeric: true },
      { head: 'p99', isNumeric: true },
      { head: 'Answered by' },
      { head: 'Failed because' },
    ],
    rows: trafficPhases(report).map((phase) => [
      phase.since ?? 'the beginning',
      formatSeconds(phase.fromSeconds),
      formatSeconds(phase.toSeconds),
      phase.vantage,
      phase.requests,
      phase.failed,
      phase.slow,
      formatMs(phase.p50Ms),
      formatMs(phase.p99Ms),
      phase.answeredBy.join(', '),
      phase.reasons
        .slice(0, 3)
        .map(({ reason, count }) => `${reason} (${count})`)
        .join('; '),
    ]),
  });
}

/** Everything that happened, in one order: what the drill did, what checks said, what DNS answered. */
function renderEvents({ marks, checkStates, dnsAnswers }: TrafficReport): Html {
  const events = [
    ...marks.map(({ atSeconds, kind, what }) => ({ atSeconds, who: `drill: ${kind}`, what })),
    ...checkStates.map(({ atSeconds, check, isHealthy }) => ({
      atSeconds,
      who: 'health check',
      what: `${check} is ${isHealthy ? 'healthy' : 'unhealthy'}`,
    })),
    ...dnsAnswers.map(({ atSeconds, regions, addresses }) => ({
      atSeconds,
      who: 'DNS',
      what:
        regions.length === 0
          ? 'answers no address'
          : `answers ${regions.join(', ')} (${addresses.join(', ')})`,
    })),
  ].sort((a, b) => a.atSeconds - b.atSeconds);
  return html`<details><summary>Events, ${events.length}</summary>${renderTable('Events', {
    columns: [{ head: 'At' }, { head: 'Who' }, { head: 'What' }],
    rows: events.map(({ atSeconds, who, what }) => [formatSeconds(atSeconds), who, what]),
  })}</details>`;
}

function renderBuckets(buckets: TrafficBuckets): Html {
  return renderTable('Traffic in numbers', {
    columns: ['From', 'Ok', 'Slow', 'Failed', 'p50', 'p99'].map((head) => ({ head, isNumeric: true })),
    rows: buckets.fromSeconds.map((from, index) => [
      formatSeconds(from),
      buckets.ok[index] ?? 0,
      buckets.slow[index] ?? 0,
      buckets.failed[index] ?? 0,
      formatMs(buckets.p50Ms[index] ?? null),
      formatMs(buckets.p99Ms[index] ?? null),
    ]),
  });
}
