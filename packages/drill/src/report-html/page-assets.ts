import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Html } from './html.ts';

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
