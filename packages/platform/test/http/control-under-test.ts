import type { Evacuation } from '../../src/domain/evacuation.ts';
import { createHealthMonitor, type HealthCheck } from '../../src/domain/health-monitor.ts';
import { createRegionEvacuator } from '../../src/domain/region-evacuator.ts';
import { createHttpHandler } from '../../src/http/create-http-handler.ts';
import { createEvacuationRoutes } from '../../src/http/evacuation-routes.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from './http-api-event.ts';

/** ARN of the operator who signs, unless a test says otherwise. */
export const operatorArn = 'arn:aws:sts::123456789012:assumed-role/operator/kim';

/** What may differ from a region that is well and knows of no evacuation. */
export interface ControlUnderTestOptions {
  readonly check?: HealthCheck;
  /** What the replica holds at first. */
  readonly evacuations?: readonly Evacuation[];
}

/**
 * The `control` function's routes in eu-west-1 of eu-west-1 and eu-central-1, over a store in memory, with a clock that
 * stands still and a body limit of 1,024 bytes. Requests are signed by {@link operatorArn}.
 */
export function controlUnderTest(options: ControlUnderTestOptions = {}) {
  const { check = async () => {}, evacuations = [] } = options;
  const clock = manualClock();
  const store = memoryEvacuationStore({ clock });
  for (const evacuation of evacuations) void store.add(evacuation);
  const rawLines: string[] = [];
  const log = (line: string) => rawLines.push(line);
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const place = { region: 'eu-west-1', regions: ['eu-west-1', 'eu-central-1'] };
  const monitor = createHealthMonitor({ checks: { 'table-write': check }, clock });
  const evacuator = createRegionEvacuator({ ...place, store, monitor, clock, newId });
  const handler = createHttpHandler<'control'>(
    createEvacuationRoutes({ evacuator, region: place.region, bodyLimitBytes: 1_024, clock, log }),
    { region: place.region, clock, newId, log },
  );
  const call = async (routeKey: string, event: HttpApiEventOptions = {}) => {
    const signed = { userArn: operatorArn, ...event };
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, signed), lambdaContext());
    return { status: statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
  };
  /** Lines about operators' acts. */
  const actLines = () =>
    rawLines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'evacuation');
  return { call, clock, store, rawLines, actLines };
}
