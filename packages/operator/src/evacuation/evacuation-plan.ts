import { formatSeconds } from '@gsp/cli-kit';
import { arithmetic, detectionSeconds, type Routing } from './platform.ts';
import type { Direction } from './traffic-move.ts';

/** Something that will happen, at the latest that many seconds after the request. */
export interface PlannedStep {
  readonly withinSeconds: number;
  readonly what: string;
}

/** Whose traffic shall move, which way, and who is asked. */
export interface PlanOptions {
  readonly region: string;
  readonly direction: Direction;
  readonly via: string;
  /** In topology order. */
  readonly regions: readonly string[];
  readonly routing: Routing | null;
}

/** What Route 53 will do and when, from its health checks' arithmetic: nobody calls its API, so this is all there is to wait for. */
export function planMove(options: PlanOptions): readonly PlannedStep[] {
  const { region, direction, via, routing } = options;
  const noted = { withinSeconds: 0, what: `${via} notes it; its probe ${probeAnswer(direction, region)}` };
  if (routing === null) {
    return [
      noted,
      { withinSeconds: 0, what: 'There is no domain: nothing sends traffic by health, and nothing moves' },
    ];
  }
  const { timing, globalName } = routing;
  const detection = detectionSeconds(timing);
  const turned = direction === 'leave' ? 'unhealthy' : 'healthy';
  return [
    noted,
    {
      withinSeconds: detection,
      what: `Route 53's checks call ${region} ${turned} (${arithmetic(timing)}); ${globalName} ${answerAfter(options, routing)}`,
    },
    {
      withinSeconds: detection + timing.ttlSeconds,
      what: `resolvers that had just asked ask again (${formatSeconds(timing.ttlSeconds)} time to live); open connections stay until they end`,
    },
  ];
}

/** The plan as lines for a terminal. */
export function renderPlan(steps: readonly PlannedStep[], timeScale: number): string {
  const width = Math.max(...steps.map(({ withinSeconds }) => when(withinSeconds).length));
  const lines = steps.map(({ withinSeconds, what }) => `  ${when(withinSeconds).padEnd(width)}  ${what}`);
  const pace = timeScale === 1 ? '' : ` (this twin's Route 53 is ${timeScale} times faster than AWS's)`;
  return [`What will happen${pace}:`, ...lines].join('\n');
}

function when(seconds: number): string {
  return seconds === 0 ? 'at once' : `within ${formatSeconds(seconds)}`;
}

function probeAnswer(direction: Direction, region: string): string {
  return direction === 'leave'
    ? `answers 200 to GET /control/evacuations/${region}`
    : `answers 404 to GET /control/evacuations/${region}`;
}

function answerAfter({ region, direction, regions }: PlanOptions, { policy, primary }: Routing): string {
  const others = regions.filter((other) => other !== region).join(', ');
  if (policy !== 'failover') {
    return direction === 'leave' ? `is answered with ${others} only` : `is answered with ${region} too`;
  }
  if (region !== primary) return `goes on being answered with ${primary} while that is healthy`;
  return `is answered with ${direction === 'leave' ? others : region}`;
}
