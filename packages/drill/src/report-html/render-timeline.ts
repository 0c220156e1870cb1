import type { TrafficReport } from '../drill-report.ts';
import { formatSeconds } from './format-figure.ts';
import { embedJson, type Html, html } from './html.ts';
import { renderLanes } from './state-lanes.ts';
import type { ObserverBuckets } from './traffic-buckets.ts';

/** What happened over time: each observer's calls, the latency of all, and below what DNS and health checks said. */
export function renderTimeline(report: TrafficReport, vantages: readonly ObserverBuckets[]): Html {
  const { marks, durationSeconds } = report;
  const [first] = vantages;
  const { bucketSeconds = 0, fromSeconds = [] } = first ?? {};
  const series = vantages.map(({ vantage, ok, slow, failed, p50Ms, p99Ms }) => ({
    vantage,
    ok,
    slow,
    failed,
    p50Ms,
    p99Ms,
  }));
  const data = { bucketSeconds, fromSeconds, vantages: series, marks, durationSeconds };
  return html`<figure class="timeline" data-timeline>
<figcaption>Over time, in model seconds<span class="hint" data-needs-script hidden>. Drag to look closer, double-click or Escape for all of it, arrow keys to read values</span></figcaption>
<ol class="legend marks">${marks.map(
    ({ kind, what, atSeconds }, index) =>
      html`<li class="${kind}"><b>${index + 1}</b> ${what}, ${formatSeconds(atSeconds)}</li>`,
  )}</ol>
${vantages.map((vantage, index) => renderCalls(vantage, index))}
${vantages.length > 0 && renderLatency()}
${renderLanes(report)}
<script type="application/json">${embedJson(data)}</script>
</figure>`;
}

function renderCalls({ vantage, bucketSeconds }: ObserverBuckets, index: number): Html {
  const per = formatSeconds(bucketSeconds);
  return html`<p class="chart-title" data-needs-script hidden><b>${vantage}</b>: calls per ${per}</p>
<div class="chart" data-chart="calls" data-vantage="${index}" tabindex="0" role="img" aria-label="Calls of ${vantage} per ${per}: ok, slow and failed. The tables below have the numbers."></div>
`;
}

function renderLatency(): Html {
  return html`<p class="chart-title" data-needs-script hidden>Latency of answered calls</p>
<div class="chart" data-chart="latency" tabindex="0" role="img" aria-label="Latency of answered calls in milliseconds, p50 and p99 of each vantage. The tables below have the numbers."></div>`;
}
