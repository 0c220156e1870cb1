import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { DrillReport } from '../drill-report.ts';
import { Html, html } from './html.ts';
import { renderTable, renderVerdict } from './page-parts.ts';
import { renderDataRuns } from './render-data-runs.ts';
import { renderScenario, scenarioId } from './render-scenario.ts';

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

/** What is inlined into every page. */
export interface PageAssets {
  readonly style: Html;
  readonly script: Html;
}

const require = createRequire(import.meta.url);

/** Reads the page's style and script, each with uPlot's own before it. */
export async function readPageAssets(): Promise<PageAssets> {
  const own = (file: string) => readFile(new URL(file, import.meta.url), 'utf8');
  const [chartStyle, style, timelineStyle, chartScript, script] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
    own('page-style.css'),
    own('timeline-style.css'),
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    own('page-script.js'),
  ]);
  return {
    style: inlined(`${chartStyle}\n${style}\n${timelineStyle}`, /<\/style/i),
    script: inlined(`${chartScript}\n${script}`, /<\/script|<!--/i),
  };
}

/** @throws {Error} where the text would end its element: then a dependency changed, and nobody must be sent that page */
function inlined(text: string, end: RegExp): Html {
  if (end.test(text))
    throw new Error(`Cannot inline an asset of the report page: it holds ${end}, no asset may.`);
  return new Html(text);
}
