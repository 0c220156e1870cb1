import { describe, expect, test } from 'vitest';
import { embedJson, html } from '../../src/report-html/html.ts';
import { renderDrillPage } from '../../src/report-html/render-drill-page.ts';
import { checkLanes, dnsLane } from '../../src/report-html/state-lanes.ts';
import { sampleReport, sampleScenario } from './sample-report.ts';

const HOSTILE = `</script><script>alert(1)</script><!--"'&`;

describe('renderDrillPage()', () => {
  test('renderDrillPage() needs nothing from a network', async () => {
    const page = await renderDrillPage(sampleReport());
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|video|audio|source)\b/);
    expect(page).not.toMatch(/\b(?:src|srcset|action|formaction)=/);
    expect(page).not.toMatch(/url\(|@import|fetch\(|XMLHttpRequest|WebSocket|import\(/);
    const hrefs = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
    expect(hrefs.length).toBeGreaterThan(0);
    expect(hrefs.filter((href) => !href.startsWith('#'))).toEqual([]);
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`,
    );
  });

  test('renderDrillPage() tells verdict, objectives and traffic without script', async () => {
    const scenario = sampleScenario();
    const [first, ...others] = scenario.objectives;
    if (first === undefined) throw new Error('the sample has objectives');
    const missed = { ...first, measured: null, isKept: false };
    const page = await renderDrillPage(sampleReport({ objectives: [missed, ...others], isKept: false }));
    const still = page.replace(/<script[\s\S]*?<\/script>/g, '').replace(/\s+/g, ' ');
    expect(still).toContain('missed: time to detect');
    expect(still).toMatch(
      /time to detect<\/th><td>.{0,60}missed<\/span><\/td><td class="number">never<\/td><td class="number">at most 99 s/,
    );
    expect(still).toMatch(/kill eu-west-1<\/th> ?<td class="number">60 s/);
    expect(still).toContain('connection refused (');
    expect(still).toContain('npm run drill -- --scenario region-kill --seed 1');
    expect(still).toContain('answers eu-central-1 (127.0.1.11)');
    expect(still).toContain('gsp-main-eu-west-1-endpoint is unhealthy');
    // The charts say nothing without script: what announces them stays hidden.
    expect(still.match(/data-needs-script hidden/g)?.length).toBe(3);
  });

  test('renderDrillPage() shows hostile text as text, wherever it comes from', async () => {
    const scenario = sampleScenario();
    const page = await renderDrillPage({
      ...sampleReport({
        name: HOSTILE,
        description: HOSTILE,
        notes: [HOSTILE],
        repeat: HOSTILE,
        marks: [{ atSeconds: 1, kind: 'fault', what: HOSTILE }],
        samples: scenario.samples.map((sample) => ({
          ...sample,
          vantage: HOSTILE,
          region: HOSTILE,
          ...(sample.outcome === 'failed' && { reason: HOSTILE }),
        })),
        dnsAnswers: [{ atSeconds: 0, regions: [HOSTILE], addresses: [HOSTILE] }],
        checkStates: [{ atSeconds: 0, check: HOSTILE, kind: 'endpoint', inverted: false, isHealthy: true }],
        objectives: scenario.objectives.map((objective) => ({
          ...objective,
          name: HOSTILE,
          because: HOSTILE,
        })),
      }),
      target: HOSTILE,
      startedAt: HOSTILE,
    });
    expect(page).not.toContain('<script>alert');
    // One element of data for the scenario and one of code, each ended by the page itself and by nothing in it.
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/<!--/);
    const data = /<script type="application\/json">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(data).marks).toEqual([{ atSeconds: 1, kind: 'fault', what: HOSTILE }]);
  });

  test('renderDrillPage() draws what never happened when a scenario saw nothing', async () => {
    const page = await renderDrillPage(
      sampleReport({
        samples: [],
        dnsAnswers: [],
        checkStates: [],
        marks: [{ atSeconds: 0, kind: 'fault', what: 'kill' }],
        objectives: [],
        durationSeconds: 0,
      }),
    );
    expect(page).toContain('DNS answer: never seen');
    expect(page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('renderDrillPage() tells the runs about data with what was broken', async () => {
    const figures = {
      operations: 10,
      requests: 12,
      acknowledged: 9,
      unacknowledged: 1,
      replays: 0,
      conflicts: 2,
      contributions: 0,
      superseded: 0,
      outOfWindow: 0,
      refused: 0,
      behind: 0,
      failures: 1,
      durationMs: 100,
      settledAfterMs: 1_500,
    };
    const violation = { detail: 'gone', subject: 'item a/b', history: ['0 ms PUT', '5 ms GET'] };
    const page = await renderDrillPage({
      ...sampleReport(),
      scenarios: [],
      dataRuns: [
        {
          seed: 7,
          isKept: false,
          figures,
          faults: [],
          promises: { losses: 1 } as never,
          violations: { losses: [violation] } as never,
          repeat: 'npm run drill -- --seed 7',
        },
      ],
    });
    expect(page).toMatch(/Seed 7: losses, item a\/b[\s\S]*gone\n0 ms PUT\n5 ms GET/);
  });
});

describe('state lanes', () => {
  test('dnsLane() holds each answer until the next, and the last to the end', () => {
    const { segments } = dnsLane(sampleScenario());
    expect(
      segments.map(({ fromSeconds, toSeconds, label, tone }) => [fromSeconds, toSeconds, label, tone]),
    ).toEqual([
      [0, 152, 'eu-west-1', 'region-0'],
      [152, 335, 'eu-central-1', 'region-1'],
      [335, 480, 'eu-west-1', 'region-0'],
    ]);
  });

  test('dnsLane() tells several regions and none apart when DNS answers so', () => {
    const dnsAnswers = [
      { atSeconds: 0, regions: ['eu-west-1', 'eu-central-1'], addresses: ['a', 'b'] },
      { atSeconds: 1, regions: [], addresses: [] },
    ];
    const { segments } = dnsLane({ ...sampleScenario(), dnsAnswers });
    expect(segments.map(({ label, tone }) => [label, tone])).toEqual([
      ['eu-west-1, eu-central-1', 'several'],
      ['no address', 'none'],
    ]);
  });

  test('checkLanes() begins with the calculated checks, by which records go', () => {
    const lanes = checkLanes(sampleScenario());
    expect(lanes.map(({ title, note }) => [title, note])).toEqual([
      ['gsp-main-eu-west-1', 'calculated'],
      ['gsp-main-eu-west-1-endpoint', 'endpoint'],
    ]);
    expect(lanes[0]?.segments.map(({ toSeconds, label }) => [toSeconds, label])).toEqual([
      [148, 'healthy'],
      [331, 'unhealthy'],
      [480, 'healthy'],
    ]);
  });
});

describe('html', () => {
  test('html`` escapes values, joins lists, and leaves out what is not there', () => {
    expect(
      html`<p title="${`"'`}">${['<', html`<b>${'&'}</b>`, 1]}${null}${undefined}${false}</p>`.text,
    ).toBe('<p title="&quot;&#39;">&lt;<b>&amp;</b>1</p>');
  });

  test('embedJson() gives back the same value when a browser reads it', () => {
    const { text } = embedJson({ text: HOSTILE });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ text: HOSTILE });
  });
});
