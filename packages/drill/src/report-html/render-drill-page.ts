import type { DrillReport } from '../traffic-report.ts';
import { type Html, html } from './html.ts';
import { type PageAssets, readPageAssets } from './page-assets.ts';
import { renderDataRuns } from './render-data-runs.ts';
import { renderScenario } from './render-scenario.ts';
import { renderTable } from './render-table.ts';
import { renderVerdict } from './render-verdict.ts';
import { scenarioId } from './scenario-id.ts';

/**
 * A drill's report as one HTML page that needs nothing beside itself: no network, and without script everything is still
 * there as tables. What a report says is escaped, as answers of a platform under drill may hold anything.
 */
export async function renderDrillPage(report: DrillReport): Promise<string> {
  return renderPage(report, await readPageAssets()).text;
}

function renderPage(report: DrillReport, { style, script }: PageAssets): Html {
  const { scenarios, dataRuns, isKept, target, startedAt, durationMs } = report;
  const minutes = (durationMs / 60_000).toFixed(1);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Drill ${isKept ? 'kept' : 'missed'}: ${target}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#scenarios">Skip to the scenarios</a>
<header>
<h1>Drill ${renderVerdict(isKept)}</h1>
<p class="lead">${target}, ${startedAt}, ${minutes} minutes</p>
${renderOverview(report)}
</header>
<main id="scenarios">
${scenarios.map(renderScenario)}
${dataRuns.length > 0 && renderDataRuns(dataRuns)}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function renderOverview({ scenarios, dataRuns }: DrillReport): Html {
  const rows = scenarios.map((scenario) => {
    const missed = scenario.objectives.filter((objective) => !objective.isKept).map(({ name }) => name);
    const failed = scenario.samples.filter(({ outcome }) => outcome === 'failed').length;
    return [
      html`<a href="#${scenarioId(scenario)}">${scenario.name}</a>`,
      renderVerdict(scenario.isKept),
      `${scenario.objectives.length - missed.length} of ${scenario.objectives.length}`,
      scenario.samples.length,
      failed,
      missed.length === 0 ? '' : `missed: ${missed.join(', ')}`,
    ];
  });
  const data =
    dataRuns.length === 0
      ? []
      : [
          [
            html`<a href="#data">data</a>`,
            renderVerdict(dataRuns.every(({ isKept }) => isKept)),
            `${dataRuns.filter(({ isKept }) => isKept).length} of ${dataRuns.length} seeds`,
            dataRuns.reduce((sum, { figures }) => sum + figures.requests, 0),
            dataRuns.reduce((sum, { figures }) => sum + figures.failures, 0),
            '',
          ],
        ];
  return renderTable('Scenarios', {
    columns: [
      { head: 'Scenario' },
      { head: 'Verdict' },
      { head: 'Objectives kept', isNumeric: true },
      { head: 'Requests', isNumeric: true },
      { head: 'Failed', isNumeric: true },
      { head: '' },
    ],
    rows: [...rows, ...data],
  });
}
