import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings } from './support/accessibility.ts';
import { findChromium, launchChromium } from './support/chromium.ts';
import { closePage, openPage } from './support/console-page.ts';
import { tabThrough } from './support/keyboard.ts';

/** That what judges the console's pages can fail: each planted fault is told of, and none where there is none. */
const chromium = findChromium();

const SITE = 'http://planted.test';
/** Keeps the browser from asking for /favicon.ico. */
const ICON = '<link rel="icon" href="data:,">';
const HEAD = '<!doctype html><html lang="en"><title>Planted</title><h1>Planted</h1>';

let browser: Browser;

async function judge(body: string, { policy = '' } = {}): Promise<readonly string[]> {
  const opened = await openPage(browser);
  await opened.context.route(`${SITE}/**`, (route) =>
    new URL(route.request().url()).pathname === '/'
      ? route.fulfill({
          contentType: 'text/html',
          body: HEAD + body,
          headers: policy === '' ? {} : { 'content-security-policy': policy },
        })
      : route.fulfill({ status: 404, body: 'none' }),
  );
  await opened.page.goto(`${SITE}/`);
  await opened.page.waitForLoadState('networkidle');
  return closePage(opened);
}

describe.skipIf(chromium === undefined)('what judges a page', () => {
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser?.close());

  test('finds nothing in a page without faults', async () => {
    expect(await judge(`${ICON}<p>Fine`)).toEqual([]);
  });

  test('tells of every kind of fault', async () => {
    const told = await judge(
      `${ICON}<img alt="" src="/none.png"><img alt="" src="http://127.0.0.1:1/x.png">
      <script>console.error("written"); Promise.reject(new Error("rejected"))</script>
      <script>throw new Error("thrown")</script>`,
    );
    const found = (what: string) => told.filter((line) => line.includes(what)).length;
    expect(found('uncaught: Error: thrown')).toBe(1);
    expect(found('uncaught: Error: rejected')).toBe(1);
    expect(found('error in the console: written')).toBe(1);
    expect(found('GET answered 404 (http://planted.test/none.png)')).toBe(1);
    expect(found('GET failed: net::ERR')).toBe(1);
  });

  test('tells of a violation of the content security policy', async () => {
    const told = await judge(`${ICON}<script>document.title = "x"</script>`, {
      policy: "default-src 'none'; img-src data:",
    });
    expect(told.join('\n')).toContain('violation of the content security policy: script-src-elem');
  });

  test('tells of a field without a label and of a focus that cannot be seen', async () => {
    const opened = await openPage(browser);
    await opened.page.setContent(
      `${HEAD}<style>#hidden:focus { outline: none }</style><main><input><button id="hidden">A</button><a href="#a" tabindex="1">B</a></main>`,
    );
    expect((await seriousFindings(opened.page)).join('\n')).toMatch(/critical label: /);
    const path = await tabThrough(opened.page);
    expect(path.map(({ label, isVisible, isBehind }) => [label, isVisible, isBehind])).toEqual([
      ['A "B"', true, false],
      ['INPUT ""', true, true],
      ['BUTTON "A"', false, false],
    ]);
    await closePage(opened);
  });
});
