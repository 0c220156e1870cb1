import {
  createRegionDirectory,
  type RegionDirectoryTunables,
  type RegionNotify,
} from '../../src/region-directory.ts';
import { createFakeClock } from './fake-clock.ts';
import { createSeededRandom } from './seeded-random.ts';

const none: ReadonlySet<string> = new Set();
export const read = { kind: 'read', isSessionCritical: false, except: none } as const;
export const sessionRead = { kind: 'read', isSessionCritical: true, except: none } as const;
export const write = { kind: 'write', isSessionCritical: false, except: none } as const;

export const setUp = ({
  names = ['a', 'b'],
  seed = 1,
  ...tunables
}: { names?: readonly string[]; seed?: number } & RegionDirectoryTunables = {}) => {
  const clock = createFakeClock();
  const events: unknown[] = [];
  const notify: RegionNotify = (name, event) => void events.push({ name, ...event });
  const regions = names.map((region) => ({ region, apiName: region, endpoint: `https://${region}.test` }));
  const random = createSeededRandom(seed);
  const directory = createRegionDirectory({ regions, clock, random, notify, ...tunables });
  return {
    clock,
    random,
    events,
    directory,
    answer: (region: string, latencyMs = 20, { isRead = true, isEvacuated = false } = {}) =>
      directory.noteAnswer(region, { latencyMs, isRead, isEvacuated }),
    fail: (region: string, times = 3) => {
      for (let i = 0; i < times; i += 1) directory.noteFailure(region, 'timed out');
    },
    stateOf: (region: string) => directory.views().find((each) => each.region === region)?.state,
  };
};

/** Asks every 100 ms for a while; tells when each region was asked, and why, beside serving. */
export function ask(
  it: ReturnType<typeof setUp>,
  question: typeof read | typeof sessionRead | typeof write,
  ms: number,
) {
  const chosen: { region: string; purpose: string; atMs: number }[] = [];
  for (let passedMs = 0; passedMs < ms; passedMs += 100) {
    it.clock.advance(100);
    const choice = it.directory.choose(question);
    if (choice === undefined) throw new Error('no region was chosen');
    if (choice.purpose !== 'serve') chosen.push({ ...choice, atMs: it.clock.nowMs() });
  }
  return chosen;
}

export const gaps = (all: readonly { atMs: number }[]) =>
  all.slice(1).map(({ atMs }, index) => atMs - (all[index]?.atMs ?? 0));
