import type { TwinRegion } from '@gsp/twin/control';
import { durationText } from '../ui/duration-text.ts';
import type { Tone } from '../ui/tone.ts';
import type { ObservedHealth } from './observed-health.ts';

/** A state in a word or two, and what stands behind it. */
export interface StatusView {
  readonly tone: Tone;
  readonly label: string;
  /** A sentence for whoever wants to know more; null where the label says it all. */
  readonly note: string | null;
}

const STATUS: Readonly<Record<TwinRegion['status'], readonly [Tone, string]>> = {
  starting: ['info', 'starting'],
  running: ['good', 'running'],
  impaired: ['bad', 'impaired'],
  down: ['bad', 'down'],
  stopping: ['warn', 'stopping'],
  stopped: ['bad', 'stopped'],
};

/** What runs of a region, as its twin says. */
export function describeTwinStatus({ status, reason }: Pick<TwinRegion, 'status' | 'reason'>): StatusView {
  if (status === 'stopped' && reason === 'killed')
    return { tone: 'bad', label: 'killed', note: 'Its processes were ended with SIGKILL.' };
  const [tone, label] = STATUS[status];
  return { tone, label, note: status === 'running' ? null : `${reason.replace(/\.?$/, '')}.` };
}

/** What a region of a deployed platform says of itself. */
export function describeObservedStatus(observed: ObservedHealth | null): StatusView {
  if (observed === null) return { tone: 'neutral', label: 'asking', note: null };
  if (!observed.isReachable) return { tone: 'bad', label: 'no answer', note: `${observed.said}.` };
  if (observed.isHealthy) return { tone: 'good', label: 'answers', note: null };
  return { tone: 'bad', label: 'unhealthy', note: `${observed.said}.` };
}

/** What is done to a running region on purpose: `+800 ms`, `30 % errors`. Empty when it is left alone. */
export function describeConditions({
  slowMs,
  errorShare,
  throttleShare,
  clockOffsetMs,
}: Pick<TwinRegion, 'slowMs' | 'errorShare' | 'throttleShare' | 'clockOffsetMs'>): readonly string[] {
  return [
    slowMs > 0 && `slow, +${durationText(slowMs)}`,
    errorShare > 0 && `${percent(errorShare)} errors`,
    throttleShare > 0 && `${percent(throttleShare)} throttled`,
    clockOffsetMs !== 0 && `clock ${clockOffsetMs > 0 ? '+' : '−'}${durationText(Math.abs(clockOffsetMs))}`,
  ].filter((condition) => condition !== false);
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
