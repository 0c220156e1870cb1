import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { callApi } from '../../twin/support/call-api.ts';
import { copyShop, type DefinitionFolder } from '../../twin/support/definition-folder.ts';
import { eventually } from '../../twin/support/eventually.ts';
import { startTwinProcess, type TwinProcess } from '../../twin/support/twin-process.ts';
import { calmTwin } from './calm-twin.ts';
import { launchChromium } from './chromium.ts';
import { type ConsolePage, closePage, openPage, type Viewing } from './console-page.ts';
import { type StaticHost, startStaticHost } from './static-host.ts';

/** A twin that serves its console, and a browser to look at it. */
export interface Stage {
  readonly twin: TwinProcess;
  readonly host: StaticHost;
  /** Opens a page that shows nothing yet. It is judged and closed when the test ends. */
  open(viewing?: Viewing): Promise<ConsolePage>;
  /** Opens the console that the twin serves. */
  openConsole(viewing?: Viewing): Promise<ConsolePage>;
  /** Ends the twin and gives what starts it again, with the same ports and data. */
  endTwin(): Promise<() => Promise<void>>;
}

/** Checks every 1.5 s and times to live of 3 s instead of 30 s and 60 s: nobody waits minutes for DNS in a test. */
const TIME_SCALE = 20;

const WARM_UP_LIMIT_MS = 30_000;

/**
 * Sets the stage up for all tests of a file, clears it between them, and takes it down. A page in which something went
 * wrong that its test did not expect fails the test, whatever else it saw.
 */
export function setStage(chromium: string): Stage {
  let twin: TwinProcess | undefined;
  let browser: Browser | undefined;
  let host: StaticHost | undefined;
  const pages: ConsolePage[] = [];
  let folder: DefinitionFolder | undefined;
  const start = { args: [] as string[], dataDir: '', cwd: '', hasConsole: true };

  beforeAll(async () => {
    host = await startStaticHost();
    const scale = ['--time-scale', String(TIME_SCALE)];
    folder = await copyShop();
    start.cwd = folder.path;
    start.dataDir = await mkdtemp(join(tmpdir(), 'console-test-'));
    start.args = [...scale, '--no-watch', '--allow-origin', host.origin];
    [twin, browser] = await Promise.all([startTwinProcess(start), launchChromium(chromium)]);
    await warmUp(twin);
  });
  beforeEach(() => calmTwin(present(twin)));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      for (const [index, opened] of pages.entries())
        await opened.picture(`failed-${index}-${task.name.replace(/\W+/g, '-')}`).catch(() => undefined);
    const unexpected = await Promise.all(pages.splice(0).map(closePage));
    expect(unexpected.flat(), 'what went wrong in the page').toEqual([]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), twin?.end(), host?.close()]);
    await Promise.all([rm(start.dataDir, { recursive: true, force: true }), folder?.remove()]);
  });

  const stage: Stage = {
    get twin() {
      return present(twin);
    },
    get host() {
      return present(host);
    },
    async open(viewing) {
      const opened = await openPage(present(browser), viewing);
      pages.push(opened);
      // Peers answer 404 while a region is not evacuated, which the browser writes into its console.
      for (const { api } of stage.twin.ready.regions) opened.faults.expectAt(`${api}/control/evacuations/`);
      return opened;
    },
    async openConsole(viewing) {
      const opened = await stage.open(viewing);
      // Peers answer 404 while a region is not evacuated, which the browser writes into its console.
      for (const { api } of stage.twin.ready.regions) opened.faults.expectAt(`${api}/control/evacuations/`);
      await opened.page.goto(`${stage.twin.ready.console}/`);
      return opened;
    },
    async endTwin() {
      const { ready, end } = present(twin);
      await end();
      return async () => {
        twin = await startTwinProcess({ ...start, portBase: Number(new URL(ready.control).port) });
      };
    },
  };
  return stage;
}

/** Lets every region start its functions: on a busy machine the first write takes longer than the page waits for one. */
async function warmUp(twin: TwinProcess): Promise<void> {
  const write = { method: 'POST', path: '/write', body: { pk: 'warm-up' } };
  for (const { region } of twin.ready.regions)
    await eventually(async () => (await callApi(twin, region, write)).status === 200, {
      limitMs: WARM_UP_LIMIT_MS,
      what: () => `${region} to take a write`,
    });
}

function present<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error('Cannot use the stage: it is not set, a test that runs is needed.');
  return value;
}
