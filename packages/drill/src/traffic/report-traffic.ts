import type { InjectedFault } from '../data/data-scenario.ts';
import type { History } from '../judge/history.ts';
import { promises, type Verdict } from '../judge/judge.ts';
import { relevantHistory } from '../judge/relevant-history.ts';
import type { TrafficBudget, TrafficReport } from '../traffic-report.ts';
import { isBehind } from './measure.ts';
import { summarizeVantages } from './measure-vantage.ts';
import { measureObjectives } from './objectives.ts';
import type { Baseline } from './observer.ts';
import type { DrilledPlatform } from './target-platform.ts';
import { tellVantage } from './tell-vantage.ts';
import type { TrafficRecord } from './traffic-record.ts';
import type { ModelClock, TrafficRecording } from './traffic-recording.ts';
import { type TrafficScenarioName, trafficScenarios } from './traffic-scenarios.ts';

/** Who ran what. */
export interface ReportedRun {
  readonly platform: DrilledPlatform;
  readonly name: TrafficScenarioName;
  readonly seed: number;
  readonly repeat: string;
  readonly budget: TrafficBudget;
  readonly unhealthyAtStart: readonly string[];
}

/** What came of it. */
export interface PlayedScenario {
  readonly recording: TrafficRecording;
  readonly clock: ModelClock;
  readonly stage: {
    readonly victim: string;
    readonly faultedAtSeconds: number | null;
    readonly healedAtSeconds: number | null;
  };
  /** What clients did, and how promises about data were kept; null where nothing was written. */
  readonly judged: { readonly history: History; readonly verdict: Verdict | null };
  readonly durationSeconds: number;
  readonly obedient: readonly string[];
  /** Calls that clients had made before the clock began, by vantage. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** How late the drill itself was at most with a request, in real milliseconds. */
  readonly lateMsMax: number;
}

/** A drill that is this late with a request tells more about its machine than about the platform. */
const LATE_MS = 250;

/** Breaches of one promise that are told in full. */
const TOLD_MAX = 2;

/** Sums a scenario up: what was seen, and how its objectives were met. */
export function reportTraffic(run: ReportedRun, played: PlayedScenario): TrafficReport {
  const { name, seed, repeat, budget } = run;
  const { recording, clock, durationSeconds } = played;
  const record = recordOf(run, played);
  const objectives = measureObjectives(name, record);
  const vantages = summarizeVantages(record);
  return {
    ...{ name, description: trafficScenarios[name].description, seed, timeScale: clock.timeScale },
    regions: record.regions,
    startedAt: clock.startedAt,
    ...{ durationSeconds, budget },
    marks: recording.marks,
    samples: record.samples,
    dnsAnswers: recording.dnsAnswers,
    checkStates: record.checkStates,
    vantages,
    objectives,
    isKept: objectives.every(({ isKept }) => isKept),
    notes: [...vantages.map(tellVantage), ...notesOn(record), ...latenessIn(played), ...breachesIn(played)],
    repeat,
  };
}

function recordOf(
  { platform, budget, unhealthyAtStart }: ReportedRun,
  { recording, clock, stage, judged, obedient, baselines }: PlayedScenario,
): TrafficRecord {
  const { marks, dnsAnswers, backlogs, ttlSeconds } = recording;
  return {
    ...{ marks, dnsAnswers, backlogs, ttlSeconds, budget, unhealthyAtStart, obedient, baselines },
    samples: recording.samples.toSorted((a, b) => a.atSeconds - b.atSeconds),
    checkStates: recording.checkStates.toSorted((a, b) => a.atSeconds - b.atSeconds),
    timeScale: clock.timeScale,
    isTwin: platform.isTwin,
    regions: platform.regions.map(({ region }) => region),
    primary: platform.primary,
    victim: stage.victim,
    faultedAtSeconds: stage.faultedAtSeconds,
    healedAtSeconds: stage.healedAtSeconds,
    verdictChecks: Object.fromEntries(
      [...platform.checksOf].map(([region, { verdict }]) => [region, verdict]),
    ),
    checkerTimeoutSeconds: platform.checkerTimeoutSeconds,
    verdict: judged.verdict,
  };
}

function notesOn({ samples, marks, timeScale, unhealthyAtStart }: TrafficRecord): string[] {
  const slow = samples.filter(({ outcome }) => outcome === 'slow').length;
  return [
    ...marks.flatMap(({ what }) => (what.startsWith('experiment ') ? [`Broken by AWS: ${what}.`] : [])),
    ...(slow === 0 ? [] : [`${slow} of all ${samples.length} were answered well, and slowly.`]),
    ...(timeScale === 1
      ? []
      : [
          `Health checks and times to live passed ${timeScale} times faster; everything else at its own pace.`,
        ]),
    ...(unhealthyAtStart.length === 0
      ? []
      : [`Nothing was broken, as these checks were unhealthy before: ${unhealthyAtStart.join(', ')}.`]),
    ...(samples.some(isBehind)
      ? ['A read that is told that the region is behind its session is told the truth: that is no outage.']
      : []),
  ];
}

function latenessIn({ lateMsMax }: PlayedScenario): string[] {
  if (lateMsMax < LATE_MS) return [];
  return [
    `This machine was busy: a request began up to ${Math.round(lateMsMax)} ms late, and answers did too.`,
  ];
}

function breachesIn({ judged: { history, verdict }, recording, clock }: PlayedScenario): string[] {
  if (verdict === null) return [];
  const faults: InjectedFault[] = recording.marks.map(({ atSeconds, what }) => ({
    atMs: (atSeconds / clock.timeScale) * 1_000,
    fault: what,
  }));
  return promises.flatMap((name) =>
    verdict[name]
      .slice(0, TOLD_MAX)
      .map(({ detail, subject }) =>
        [`${name}: ${detail}`, ...relevantHistory(subject, { history, faults })].join('\n  '),
      ),
  );
}

/** One line that says where the scenario stands. */
export function describeProgress(
  { samples, checks, dnsAnswers }: TrafficRecording,
  { clock, platform }: { clock: ModelClock; platform: DrilledPlatform },
): string {
  const count = (outcome: string) => samples.filter((sample) => sample.outcome === outcome).length;
  const regions = platform.regions.map(({ region }) => {
    const verdict = platform.checksOf.get(region)?.verdict;
    const check = checks.find(({ name }) => name === verdict);
    return check === undefined ? region : `${region} ${check.isHealthy ? 'healthy' : 'UNHEALTHY'}`;
  });
  const answer = dnsAnswers.at(-1);
  const where =
    answer === undefined
      ? 'none'
      : (answer.regions.length > 0 ? answer.regions : answer.addresses).join(', ');
  return (
    `${clock.nowSeconds().toFixed(0)} s | DNS: ${where} | ${regions.join(', ')} | ` +
    `${count('ok')} ok, ${count('slow')} slow, ${count('failed')} failed`
  );
}
