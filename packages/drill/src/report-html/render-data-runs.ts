import type { DataRunReport } from '../data/data-report.ts';
import { type Html, html } from './html.ts';
import { renderTable, renderVerdict } from './page-parts.ts';

/** The runs of the scenario about data: their figures, and of broken promises what happened to which item. */
export function renderDataRuns(runs: readonly DataRunReport[]): Html {
  return html`<section id="data" aria-labelledby="data-title">
<h2 id="data-title">data ${renderVerdict(runs.every(({ isKept }) => isKept))}</h2>
<p class="lead">Regions killed, links cut and clocks wrong while clients write, and every promise about data judged by what they saw.</p>
${renderTable('Runs', {
  columns: [
    { head: 'Seed' },
    { head: 'Verdict' },
    { head: 'Operations', isNumeric: true },
    { head: 'Requests', isNumeric: true },
    { head: 'Acknowledged', isNumeric: true },
    { head: 'Conflicts', isNumeric: true },
    { head: 'Faults', isNumeric: true },
    { head: 'Settled after', isNumeric: true },
  ],
  rows: runs.map(({ seed, isKept, figures, faults }) => [
    seed,
    renderVerdict(isKept),
    figures.operations,
    figures.requests,
    figures.acknowledged,
    figures.conflicts,
    faults.length,
    `${(figures.settledAfterMs / 1_000).toFixed(1)} s`,
  ]),
})}
${runs.flatMap(renderViolations)}
</section>
`;
}

function renderViolations({ seed, violations, repeat }: DataRunReport): Html[] {
  return Object.entries(violations).flatMap(([promise, told]) =>
    told.map(
      ({
        subject,
        detail,
        history,
      }) => html`<details open><summary>Seed ${seed}: ${promise}, ${subject}</summary>
<pre tabindex="0">${[detail, ...history].join('\n')}</pre>
<p class="repeat">Again: <code>${repeat}</code></p></details>
`,
    ),
  );
}
