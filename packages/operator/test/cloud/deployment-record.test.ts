import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeploymentRecord,
  formatRecord,
  lastGoodRevision,
  parseRecord,
  type RegionRecord,
} from '../../src/cloud/deployment-record.ts';
import { openJournal, readJournal } from '../../src/deploy/journal.ts';
import { renderDeployment, renderJournal } from '../../src/deploy/render-deployment.ts';

const entry = (state: RegionRecord['state'], revision: string, previousRevision: string | null = null) => ({
  state,
  revision,
  previousRevision,
  at: '2026-11-23T07:00:00.000Z',
});

const recordOf = (count: number): DeploymentRecord => ({
  id: '20261123T070000Z-0123abcd',
  revision: 'f'.repeat(40),
  startedAt: '2026-11-23T07:00:00.000Z',
  regions: Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `ap-southeast-${at}`,
      entry('rolled-back', 'e'.repeat(46), 'd'.repeat(46)),
    ]),
  ),
});

describe('formatRecord()', () => {
  test('comes back by parseRecord() as it was, and fits for more regions than a topology has', () => {
    const record = recordOf(15);
    expect(parseRecord(formatRecord(record))).toEqual(record);
  });

  test('refuses what no parameter holds', () => {
    expect(() => formatRecord(recordOf(40))).toThrow(/it takes \d+ bytes, at most 4096/);
  });

  test.each(['', '{}', 'null', '{"id":1}'])("parseRecord() refuses '%s'", (text) => {
    expect(() => parseRecord(text)).toThrow(/^Cannot read what is deployed/);
  });
});

describe('lastGoodRevision()', () => {
  const cases: readonly [string, RegionRecord | undefined, string | null, string | null][] = [
    ['nothing is known', undefined, null, null],
    ['only the stack tells', undefined, 'old', 'old'],
    ['the stack has the wanted one', undefined, 'new', null],
    ['one was proved', entry('proved', 'old', 'older'), 'old', 'old'],
    ['the wanted one was proved and somebody changed it', entry('proved', 'new', 'old'), 'by-hand', 'old'],
    ['one runs again after a rollback', entry('rolled-back', 'old', null), 'old', 'old'],
    ['the wanted one was only deployed', entry('deployed', 'new', 'old'), 'new', 'old'],
    ['another was only deployed', entry('deployed', 'other', 'old'), 'other', 'old'],
    ['another was only deployed and nothing before it', entry('deployed', 'other'), 'other', 'other'],
    ['the wanted one failed', entry('failed', 'new', 'old'), 'new', 'old'],
    ['the wanted one failed at first', entry('failed', 'new'), 'new', null],
  ];
  test.each(cases)('when %s', (_case, known, running, expected) => {
    expect(lastGoodRevision(known, { wanted: 'new', running })).toBe(expected);
  });
});

describe('journal', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('readJournal() gives every whole line of every deployment, and keeps the folder out of git', async () => {
    const now = () => new Date('2026-11-23T07:00:00Z');
    openJournal(dir, { stage: 'main', id: 'a', now }).write({
      step: 'deploy',
      state: 'begun',
      region: 'eu-west-1',
    });
    openJournal(dir, { stage: 'main', id: 'b', now }).write({
      step: 'bake',
      state: 'done',
      durationMs: 1_500,
    });
    await appendFile(join(dir, 'main/journal.jsonl'), '{"at":"2026');
    const lines = await readJournal(dir, 'main');
    expect(lines).toEqual([
      { at: '2026-11-23T07:00:00.000Z', id: 'a', step: 'deploy', state: 'begun', region: 'eu-west-1' },
      { at: '2026-11-23T07:00:00.000Z', id: 'b', step: 'bake', state: 'done', durationMs: 1_500 },
    ]);
    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toBe('*\n');
    expect(renderJournal(lines)).toContain('1.5 s');
    expect(await readJournal(dir, 'other')).toEqual([]);
  });

  test('renderDeployment() has a line for each region and shortens revisions', () => {
    const text = renderDeployment({
      id: 'a',
      project: 'gsp',
      stage: 'main',
      revision: 'f'.repeat(40),
      isGood: false,
      failure: 'x',
      afterDeploy: ['npm run one'],
      regions: [
        {
          region: 'eu-west-1',
          outcome: 'rolled-back',
          revisionBefore: null,
          revisionNow: `${'e'.repeat(40)}-dirty`,
          durations: { deployMs: 61_000, smokeMs: 400 },
          smoke: [],
          replication: [{ from: 'eu-west-1', to: 'eu-central-1', lagMs: 7 }],
          bake: null,
          warnings: ['outputs'],
          failure: 'x',
          rollback: 'y',
        },
      ],
    });
    expect(text).toMatch(/main at f{12}\n/);
    expect(text).toMatch(
      /eu-west-1 +│ rolled-back +│ e{12}-dirty +│ 61\.0 s +│ 0\.4 s +│ eu-west-1 → eu-central-1 7 ms/,
    );
    expect(text).toContain('! outputs');
    expect(text.split('\n').at(-1)).toBe('→ Once every region has it: npm run one');
  });
});
