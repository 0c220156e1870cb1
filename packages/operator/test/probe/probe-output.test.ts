import { describe, expect, test } from 'vitest';
import { type OutputStream, openOutput } from '../../src/probe/probe-output.ts';
import type { ProbeSnapshot, RegionSnapshot } from '../../src/probe/probe-snapshot.ts';
import { renderLine, renderTable } from '../../src/probe/render-probe.ts';
import { AWAY, HOME } from './fake-client.ts';

const REGION: RegionSnapshot = {
  ...{ region: HOME, state: 'closed', isPreferred: true, reason: null, served: 98, share: 0.98 },
  ...{ requests: 101, errors: 0, p50Ms: 6.2, p95Ms: 11, p99Ms: 24.6 },
  lag: [{ from: AWAY, to: HOME, lagMs: 43.2 }],
};
const DOWN: RegionSnapshot = {
  ...{ region: AWAY, state: 'open', isPreferred: false, reason: 'no\u001b[2J answer', served: 0, share: 0 },
  ...{ requests: 3, errors: 3, p50Ms: null, p95Ms: null, p99Ms: null },
  lag: [{ from: HOME, to: AWAY, lagMs: null, reason: 'not seen within 10 s' }],
};
const LATEST: ProbeSnapshot = {
  ...{
    at: '2026-11-22T12:00:00.000Z',
    elapsedSeconds: 30,
    spanSeconds: 10,
    calls: 100,
    failed: 0,
    behind: 0,
  },
  ...{ requests: 104, requestsPerCall: 1.04, failovers: 1, regions: [DOWN, REGION] },
};
const WHOLE: ProbeSnapshot = { ...LATEST, spanSeconds: 30, calls: 300, failed: 2, requestsPerCall: 1.031 };

const ESCAPE = '\u001b';

function terminal({ columns = 100, isTTY = true, hasColors = false } = {}) {
  let text = '';
  const stream: OutputStream = {
    ...{ isTTY, columns, hasColors: () => hasColors },
    write: (more) => {
      text += more;
    },
  };
  return { stream, text: () => text };
}

describe('renderTable', () => {
  test('renderTable() has a line for each region, and one for the client over the whole run', () => {
    const lines = renderTable(LATEST, { columns: 120, isColoured: false, whole: WHOLE });
    expect(lines).toEqual([
      'latest 10 s of 30 s',
      'region          state   served     p50    p95    p99  errors  lag',
      '  eu-central-1  open       0 %       –      –      –       3  not seen within 10 s from eu-west-1',
      '* eu-west-1     closed    98 %  6.2 ms  11 ms  25 ms       0  43 ms from eu-central-1',
      '300 calls, 2 failed, 1.03 requests a call, 1 failover',
      'avoids eu-central-1: no [2J answer',
    ]);
  });

  test('renderTable() says so when reads were told that what they ask for is in no region in reach', () => {
    const lines = renderTable(LATEST, { columns: 120, isColoured: false, whole: { ...WHOLE, behind: 1 } });
    expect(lines).toContain(
      '300 calls, 2 failed, 1 read of what no region in reach has, 1.03 requests a call, 1 failover',
    );
  });

  test.each([1, 20, 40, 79])('renderTable() is not wider than a terminal of %i columns', (columns) => {
    for (const line of renderTable(LATEST, { columns, isColoured: false, whole: WHOLE }))
      expect(line.length).toBeLessThanOrEqual(columns);
  });

  test('renderTable() colours states and nothing else, where colours are wanted', () => {
    const lines = renderTable(LATEST, { columns: 120, isColoured: true, whole: WHOLE });
    expect(lines.filter((line) => line.includes(ESCAPE))).toEqual([
      expect.stringContaining(`${ESCAPE}[31mopen${ESCAPE}[39m`),
      expect.stringContaining(`${ESCAPE}[32mclosed${ESCAPE}[39m`),
    ]);
  });
});

describe('openOutput', () => {
  test('openOutput() draws in place on a terminal, and gives the cursor back', () => {
    const { stream, text } = terminal();
    const output = openOutput(stream, { isJson: false });
    output.show(LATEST, WHOLE);
    output.show(LATEST, WHOLE);
    output.end(WHOLE);
    output.close();
    expect(text().startsWith(`${ESCAPE}[?25l`)).toBe(true);
    // Each drawing has six lines, and the next one begins where it began.
    expect(text().split(`${ESCAPE}[6A\r${ESCAPE}[0J`)).toHaveLength(3);
    expect(text().endsWith(`${ESCAPE}[?25h`)).toBe(true);
    expect(text()).not.toContain(`${ESCAPE}[31m`);
  });

  test('openOutput() leaves the cursor alone when nothing was drawn', () => {
    const { stream, text } = terminal();
    openOutput(stream, { isJson: false }).close();
    expect(text()).toBe('');
  });

  test('openOutput() prints a line each time, without a control character, where there is no terminal', () => {
    const { stream, text } = terminal({ isTTY: false, hasColors: true });
    const output = openOutput(stream, { isJson: false });
    output.show(LATEST, WHOLE);
    output.end(WHOLE);
    expect(text()).not.toContain(ESCAPE);
    expect(text().split('\n')[0]).toBe(renderLine(LATEST, WHOLE));
    expect(text()).toContain('300 calls, 2 failed');
  });

  test('openOutput() prints one JSON object a line, and nothing else, when a program reads', () => {
    const { stream, text } = terminal({ hasColors: true });
    const output = openOutput(stream, { isJson: true });
    output.show(LATEST, WHOLE);
    output.end(WHOLE);
    output.close();
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        kind: 'interval',
        ...LATEST,
        total: { calls: 300, failed: 2, behind: 0, requests: 104, failovers: 1 },
      },
      { kind: 'summary', ...WHOLE },
    ]);
  });
});
