import type { InjectedFault } from '../data/data-scenario.ts';
import type { ObserverSummary, TrafficBudget, TrafficReport } from '../drill-report.ts';
import type { History } from '../judge/history.ts';
import { promises, type Verdict } from '../judge/judge.ts';
import { relevantHistory } from '../judge/relevant-history.ts';
import { isBehind, measureObservers } from './measure.ts';
import { measureObjectives } from './objectives.ts';
import type { Baseline } from './observer.ts';
import type { TargetPlatform } from './target-platform.ts';
import type { ModelClock, TrafficRecord, TrafficRecording } from './traffic-recording.ts';
import { type TrafficScenarioName, trafficScenarios } from './traffic-scenarios.ts';

/** Who ran what. */
export interface ReportedRun {
  readonly platform: TargetPlatform;
  readonly name: TrafficScenarioName;
  readonly seed: number;
  readonly repeat: string;
  readonly budget: TrafficBudget;
  readonly unhealthyAtStart: readonly string[];
}

/** What came of it. */
export interface FinishedScenario {
  readonly recording: TrafficRecording;
  readonly clock: ModelClock;
  readonly actions: {
    readonly victim: string;
    readonly faultedAtSeconds: number | null;
    readonly healedAtSeconds: number | null;
  };
  /** What clients did, and how promises about data were kept; null where nothing was written. */
  readonly judged: { readonly history: History; readonly verdict: Verdict | null };
  readonly durationSeconds: number;
  readonly obedient: readonly string[];
  /** Calls that clients had made before the clock began, by observer. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** How late the drill itself was at most with a request, in real milliseconds. */
  readonly lateMsMax: number;
}

/** A drill that is this late with a request tells more about its machine than about the platform. */
const LATE_MS = 250;

/** Breaches of one promise that are told in full. */
const TOLD_MAX = 2;

/** Sums a scenario up: what was seen, and how its objectives were met. */
export function reportTraffic(run: ReportedRun, finished: FinishedScenario): TrafficReport {
  const { name, seed, repeat, budget } = run;
  const { recording, clock, durationSeconds } = finished;
  const record = recordOf(run, finished);
  const objectives = measureObjectives(name, record);
  const vantages = measureObservers(record);
  return {
    name,
    description: trafficScenarios[name].description,
    seed,
    timeScale: clock.timeScale,
    regions: record.regions,
    startedAt: clock.startedAt,
    durationSeconds,
    budget,
    marks: recording.marks,
    samples: record.samples,
    dnsAnswers: recording.dnsAnswers,
    checkStates: record.checkStates,
    vantages,
    objectives,
    isKept: objectives.every(({ isKept }) => isKept),
    notes: [
      ...vantages.map(summarizeObserver),
      ...notesOn(record),
      ...latenessIn(finished),
      ...breachesIn(finished),
    ],
    repeat,
  };
}

function recordOf(
  { platform, budget, unhealthyAtStart }: ReportedRun,
  { recording, clock, actions, judged, obedient, baselines }: FinishedScenario,
): TrafficRecord {
  const { marks, dnsAnswers, backlogs, ttlSeconds } = recording;
  return {
    marks,
    dnsAnswers,
    backlogs,
    ttlSeconds,
    budget,
    unhealthyAtStart,
    obedient,
    baselines,
    samples: recording.samples.toSorted((a, b) => a.atSeconds - b.atSeconds),
    checkStates: recording.checkStates.toSorted((a, b) => a.atSeconds - b.atSeconds),
    timeScale: clock.timeScale,
    isTwin: platform.isTwin,
    regions: platform.regions.map(({ region }) => region),
    primary: platform.primary,
    victim: actions.victim,
    faultedAtSeconds: actions.faultedAtSeconds,
    healedAtSeconds: actions.healedAtSeconds,
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

function latenessIn({ lateMsMax }: FinishedScenario): string[] {
  if (lateMsMax < LATE_MS) return [];
  return [
    `This machine was busy: a request began up to ${Math.round(lateMsMax)} ms late, and answers did too.`,
  ];
}

function breachesIn({ judged: { history, verdict }, recording, clock }: FinishedScenario): string[] {
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
  { clock, platform }: { clock: ModelClock; platform: TargetPlatform },
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

/** One sentence that says how an observer fared: what its users noticed. */
export function summarizeObserver(summary: ObserverSummary): string {
  const { vantage, calls, failed, behind, meanwhile, movedAfterMs, requestsPerCall } = summary;
  const before = meanwhile === null ? '' : ' before it';
  const parts = [
    `${calls} calls, ${failed === 0 ? 'none' : failed} failed`,
    ...(meanwhile === null
      ? []
      : [
          `meanwhile ${share(meanwhile)} answered, p50 ${ms(meanwhile.p50Ms)}, p99 ${ms(meanwhile.p99Ms)}, the slowest ${ms(meanwhile.maxMs)}`,
        ]),
    ...(movedAfterMs === null
      ? []
      : [`every client answered by another region ${ms(movedAfterMs)} after the fault`]),
    ...(requestsPerCall === null ? [] : [`${requestsPerCall.toFixed(2)} requests a call${before}`]),
    ...(behind === 0 ? [] : [`${behind} reads told that the region is behind their session`]),
  ];
  return `${vantage}: ${parts.join('; ')}.`;
}

function share({ calls, failed }: { readonly calls: number; readonly failed: number }): string {
  const percent = ((calls - failed) / calls) * 100;
  // What is not all must not be rounded to it.
  return failed > 0 && percent > 99.9 ? '99.9 %' : `${Math.round(percent * 10) / 10} %`;
}

function ms(value: number | null): string {
  return value === null ? '–' : `${Math.round(value).toLocaleString('en')} ms`;
}
