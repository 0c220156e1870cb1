import { expect, test } from 'vitest';
import type { TwinRegion } from '../../src/control/twin-region.ts';
import type { TwinLink } from '../../src/control/twin-state.ts';
import { errorsOf, LinkWatch } from '../../src/supervisor/twin-errors.ts';

const region = (name: string, changes: Partial<TwinRegion> = {}) =>
  ({ region: name, status: 'running', reason: 'answers', ...changes }) as TwinRegion;
const link = (changes: Partial<TwinLink> = {}): TwinLink => ({
  ...{ from: 'west', to: 'central', cut: false, delayMs: 0, backlog: 12, lagMs: null },
  ...{ lastError: null, stalledMs: null, ...changes },
});
const BOTH = [region('west'), region('central')];

test('a twin in which all is well has no errors; what was broken on purpose is none', () => {
  expect(errorsOf(BOTH, [link()])).toEqual([]);
  expect(errorsOf([region('west', { status: 'stopped', reason: 'killed' }), region('central')], [])).toEqual(
    [],
  );
});

test('a region that was lost is an error, with its reason', () => {
  const lost = region('west', { status: 'down', reason: 'its process ended (SIGKILL)' });
  expect(errorsOf([lost, region('central')], [])).toEqual(['west is down: its process ended (SIGKILL).']);
});

test('a link on which nothing gets through is an error, with what waits and why', () => {
  const stalled = link({ stalledMs: 21_400, lastError: 'Table items is not deployed in central' });
  expect(errorsOf(BOTH, [stalled])).toEqual([
    'west does not replicate to central: 12 changes wait, and none has arrived for 21 s although the link is up. ' +
      'Last error: Table items is not deployed in central. Read the log of west, or stop and start it.',
  ]);
});

test('a link to a region that does not run is no error of its own', () => {
  const regions = [region('west'), region('central', { status: 'stopped' })];
  expect(errorsOf(regions, [link({ stalledMs: 21_400 })])).toEqual([]);
});

test('a person is told once that a link is stalled, and once that it is not any more', () => {
  const watch = new LinkWatch();
  expect(watch.update(BOTH, [link()])).toEqual([]);
  expect(watch.update(BOTH, [link({ stalledMs: 16_000 })])).toEqual([
    expect.stringMatching(/^west does not replicate to central/),
  ]);
  expect(watch.update(BOTH, [link({ stalledMs: 21_000 })])).toEqual([]);
  expect(watch.update(BOTH, [link()])).toEqual(['Replication from west to central is not stalled any more.']);
  expect(watch.update(BOTH, [link()])).toEqual([]);
});
