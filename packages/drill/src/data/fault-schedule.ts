import type { Random } from '@gsp/twin';
import { type DrillFault, linksOf } from '../drill-fault.ts';
import { pick, shuffled } from '../pick.ts';

/** Faults that are injected together, once a share of the run's operations is done. */
export interface ScheduledFaults {
  /** From 0, the beginning, to 1, the last operation. */
  readonly atShare: number;
  readonly faults: readonly DrillFault[];
}

/** Where the first episode begins and the last one ends, as shares of the run. */
const FIRST_SHARE = 0.04;
const LAST_SHARE = 0.94;

/** A fault and what undoes it. */
interface Episode {
  readonly begin: readonly DrillFault[];
  readonly end: readonly DrillFault[];
  /** Length in slots. Up to 0.7 it is over before the next one begins, so that no healing undoes another's cut. */
  readonly slots: readonly [min: number, max: number];
}

/**
 * Plans the faults of a run of the data scenario: links cut in one direction and in both, a delayed link, a clock
 * that is off, and two deaths by SIGKILL, one of them while every link is cut, so that the region dies with writes
 * that nobody else has. What happens is the same for every seed, when and to whom is not.
 */
export function planDataFaults(regions: readonly string[], random: Random): ScheduledFaults[] {
  const episodes = shuffled(dataEpisodes(regions, random), random);
  const width = (LAST_SHARE - FIRST_SHARE) / episodes.length;
  return episodes
    .flatMap(({ begin, end, slots: [min, max] }, index) => {
      const from = FIRST_SHARE + (index + random() * 0.3) * width;
      const until = Math.min(LAST_SHARE + 0.02, from + (min + random() * (max - min)) * width);
      return [
        { atShare: from, faults: begin },
        { atShare: until, faults: end },
      ];
    })
    .sort((a, b) => a.atShare - b.atShare);
}

function dataEpisodes(regions: readonly string[], random: Random): Episode[] {
  const [here = '', there = ''] = shuffled(regions, random);
  const victim = pick(regions, random);
  const links = linksOf(regions);
  const offsetMs = Math.round((random() < 0.5 ? -1 : 1) * (500 + random() * 20_000));
  const healed = (link: readonly [string, string]): DrillFault => ({ link, kind: 'heal' });
  const cutAll: Episode = {
    begin: links.map((link) => ({ link, kind: 'cut' })),
    end: links.map(healed),
    slots: [0.5, 0.7],
  };
  const death = pick(['engine', 'region'] as const, random);
  return [
    cutAll,
    { begin: [{ link: [here, there], kind: 'cut' }], end: [healed([here, there])], slots: [0.5, 0.7] },
    {
      begin: [{ link: [there, here], kind: 'delay', delayMs: Math.round(300 + random() * 1_200) }],
      end: [healed([there, here])],
      slots: [0.5, 0.7],
    },
    {
      begin: [{ region: here, kind: 'clock', offsetMs }],
      end: [{ region: here, kind: 'clock', offsetMs: 0 }],
      slots: [1.5, 2.5],
    },
    {
      begin: [{ region: victim, kind: 'end-process', process: death }],
      end: [{ region: victim, kind: 'start' }],
      slots: [0.3, 0.5],
    },
    {
      begin: [...cutAll.begin, { region: there, kind: 'kill' }],
      end: [{ region: there, kind: 'start' }, ...cutAll.end],
      slots: [0.4, 0.6],
    },
  ];
}
