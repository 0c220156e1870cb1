import type { TrafficReport } from '../drill-report.ts';
import { formatLimit, formatMeasured, formatMs, formatSeconds } from './format-figure.ts';
import { type Html, html } from './html.ts';
import { renderTable, renderVerdict } from './page-parts.ts';
import { renderTimeline } from './render-timeline.ts';
import { type ObserverBuckets, observerBuckets } from './traffic-buckets.ts';
import { trafficPhases } from './traffic-phases.ts';

/** One scenario: verdict, objectives, charts over time, and the same in tables. */
export function renderScenario(report: TrafficReport): Html {
  const id = scenarioId(report);
  const vantages = observerBuckets(report);
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${report.name} ${renderVerdict(report.isKept)}</h2>
<p class="lead">${report.description}</p>
${renderConditions(report)}
${renderObjectives(report)}
${renderObservers(report)}
${renderTimeline(report, vantages)}
${renderPhases(report)}
${renderEvents(report)}
${vantages.map(renderBuckets)}
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

/** What the users of each observer noticed, side by side. */
function renderObservers({ vantages }: TrafficReport): Html {
  const heads = ['Calls', 'Failed', 'Meanwhile', 'Failed meanwhile', 'p50', 'p99', 'Slowest', 'Moved after'];
  return renderTable('What users noticed, from the fault until DNS had moved everybody', {
    columns: [
      { head: 'Vantage' },
      ...[...heads, 'Requests a call before'].map((head) => ({ head, isNumeric: true })),
    ],
    rows: vantages.map(({ vantage, calls, failed, meanwhile, movedAfterMs, requestsPerCall }) => [
      ...[vantage, calls, failed, meanwhile?.calls ?? '–', meanwhile?.failed ?? '–'],
      ...[meanwhile?.p50Ms, meanwhile?.p99Ms, meanwhile?.maxMs].map((ms) => formatMs(ms ?? null)),
      formatMs(movedAfterMs),
      requestsPerCall === null ? '–' : requestsPerCall.toFixed(2),
    ]),
  });
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

function renderBuckets(buckets: ObserverBuckets): Html {
  const title = `Traffic of ${buckets.vantage} in numbers`;
  const table = renderTable(title, {
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
  return html`<details><summary>${title}, ${formatSeconds(buckets.bucketSeconds)} a row</summary>${table}</details>
`;
}

/** The anchor of a scenario's section: a scenario may run with several seeds, which the anchor tells apart. */
export function scenarioId({ name, seed }: Pick<TrafficReport, 'name' | 'seed'>): string {
  return `${name.replace(/[^a-z0-9-]/gi, '-')}-${seed}`;
}
