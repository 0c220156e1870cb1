import type { CheckReport, Route53Report } from '@gsp/twin/control';
import type { StatusView } from './describe-status.ts';
import type { ObservedHealth } from './observed-health.ts';

/** One endpoint check, and what its checkers say. */
export interface CheckView {
  readonly id: string;
  /** What the check is about, in words: `/health of eu-west-1`. */
  readonly title: string;
  readonly target: string;
  readonly healthy: boolean;
  readonly since: string;
  /** `every 30 s, 3 in a row decide`; real seconds, the twin's time scale counted in. */
  readonly pace: string;
  readonly checkers: readonly CheckerView[];
}

/** One checker's opinion of what it asks, already turned where the check is inverted. */
export interface CheckerView {
  readonly region: string;
  readonly isGood: boolean | null;
  readonly said: string;
  readonly checkedAt: string | null;
}

/** Whether Route 53 may answer with a region, and why. */
export interface HealthView extends StatusView {
  /** Since when the verdict holds, ISO 8601; null where nobody keeps it. */
  readonly since: string | null;
  /** `2/3 checkers`: how many find the region's own endpoint well; null where there are none. */
  readonly checkers: string | null;
  readonly checks: readonly CheckView[];
  /** Longest time in seconds until a change of the region turns the verdict; null where it is not known. */
  readonly detectionSeconds: number | null;
}

/**
 * The verdict of a region's calculated check, with the checks and checkers that it comes from. Null for a region that no
 * record guards.
 */
export function describeHealth(
  route53: Route53Report,
  { region, routedName, timeScale }: { region: string; routedName: string; timeScale: number },
): HealthView | null {
  const record = route53.records.find((one) => one.name === routedName && one.region === region);
  const verdict = route53.checks.find(({ id }) => id === record?.healthCheckId);
  if (verdict === undefined) return null;
  const parts = verdict.kind === 'calculated' ? childrenOf(verdict, route53.checks) : [verdict];
  const checks = parts.map((check) => checkView(check, timeScale));
  return {
    tone: verdict.healthy ? 'good' : 'bad',
    label: verdict.healthy ? 'healthy' : 'unhealthy',
    note: whyUnhealthy(checks),
    since: verdict.since,
    checkers: agreement(checks),
    checks,
    detectionSeconds: detectionOf(parts, timeScale),
  };
}

/** What a deployed region's own `/health` says; who asks for Route 53 is not seen from here. */
export function describeObservedHealth(observed: ObservedHealth | null): HealthView {
  const none = { since: null, checkers: null, checks: [], detectionSeconds: null };
  if (observed === null) return { tone: 'neutral', label: 'asking', note: null, ...none };
  const { isHealthy, said, latencyMs } = observed;
  const note = latencyMs === null ? said : `${said} in ${Math.round(latencyMs)} ms`;
  return {
    tone: isHealthy ? 'good' : 'bad',
    label: isHealthy ? 'healthy' : 'unhealthy',
    note,
    ...none,
  };
}

function childrenOf({ children }: CheckReport, checks: readonly CheckReport[]): readonly CheckReport[] {
  return children.flatMap((child) => checks.filter(({ id }) => id === child));
}

function checkView(check: CheckReport, timeScale: number): CheckView {
  const { id, target, inverted, healthy, since, intervalSeconds, failureThreshold, checkers } = check;
  const seconds = Number(((intervalSeconds ?? 30) / timeScale).toFixed(1));
  return {
    id,
    title: titleOf(check),
    target: target ?? '',
    healthy,
    since,
    pace: `every ${seconds} s, ${failureThreshold ?? 3} in a row decide`,
    checkers: checkers.map((checker) => ({
      region: checker.region,
      isGood: checker.healthy === null ? null : checker.healthy !== inverted,
      said: checker.reason,
      checkedAt: checker.checkedAt,
    })),
  };
}

/** `https://eu-central-1.api.gsp.test/control/evacuations/eu-west-1` is about what eu-central-1 says of eu-west-1. */
function titleOf({ target, inverted, name }: CheckReport): string {
  const [, host = '', path = ''] = /^https?:\/\/([^/:]+)[^/]*(\/.*)?$/.exec(target ?? '') ?? [];
  const asked = host.split('.')[0] ?? '';
  if (asked === '' || path === '') return name;
  return inverted ? `not evacuated, says ${asked}` : `${path} answers well`;
}

function whyUnhealthy(checks: readonly CheckView[]): string | null {
  const failing = checks.filter(({ healthy }) => !healthy);
  if (failing.length === 0) return null;
  return failing.map(({ title }) => `Not so: ${title}.`).join(' ');
}

/** Each checker waits out its interval as often as the threshold says; the slowest of the checks counts. */
function detectionOf(checks: readonly CheckReport[], timeScale: number): number | null {
  const seconds = checks.flatMap(({ intervalSeconds, failureThreshold }) =>
    intervalSeconds === null || failureThreshold === null ? [] : [intervalSeconds * failureThreshold],
  );
  return seconds.length === 0 ? null : Math.ceil(Math.max(...seconds) / timeScale);
}

function agreement(checks: readonly CheckView[]): string | null {
  const own = checks[0]?.checkers ?? [];
  if (own.length === 0) return null;
  return `${own.filter(({ isGood }) => isGood === true).length}/${own.length} checkers`;
}
