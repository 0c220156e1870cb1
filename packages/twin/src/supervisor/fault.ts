import { z } from 'zod';
import type { Fault, LinkFault, RegionFault } from '../control/twin-client.ts';
import { NO_REGION_FAULTS } from '../region/region-messages.ts';
import { TwinError } from '../twin-error.ts';
import type { Twin } from './twin.ts';

const DELAY_MS_MAX = 600_000;

/** A day: further off, nobody would take a clock for one that runs wrong. */
const CLOCK_OFFSET_MS_MAX = 86_400_000;

/** Longer than API Gateway lets any integration take, so that every client has given up. */
const SLOW_MS_MAX = 60_000;

/** A share of requests, from none to all of them. */
const share = z.number().min(0).max(1);

const regionFault: z.ZodType<RegionFault> = z.discriminatedUnion('kind', [
  z.strictObject({ region: z.string(), kind: z.enum(['stop', 'kill', 'start', 'heal']) }),
  z.strictObject({
    region: z.string(),
    kind: z.literal('clock'),
    offsetMs: z.number().int().min(-CLOCK_OFFSET_MS_MAX).max(CLOCK_OFFSET_MS_MAX),
  }),
  z.strictObject({
    region: z.string(),
    kind: z.literal('slow'),
    delayMs: z.number().int().min(0).max(SLOW_MS_MAX),
  }),
  z.strictObject({ region: z.string(), kind: z.enum(['error', 'throttle']), share }),
]);
const linkEnds = z.tuple([z.string(), z.string()]);
const linkFault: z.ZodType<LinkFault> = z.discriminatedUnion('kind', [
  z.strictObject({ link: linkEnds, kind: z.enum(['cut', 'heal']) }),
  z.strictObject({
    link: linkEnds,
    kind: z.literal('delay'),
    delayMs: z.number().int().min(0).max(DELAY_MS_MAX),
  }),
]);

/** A request for a fault that makes no sense; the message says what would. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

const SHAPES =
  `{"region": R, "kind": "stop" | "kill" | "start" | "heal"}, {"region": R, "kind": "clock", "offsetMs": ±0..${CLOCK_OFFSET_MS_MAX}}, ` +
  `{"region": R, "kind": "slow", "delayMs": 0..${SLOW_MS_MAX}}, {"region": R, "kind": "error" | "throttle", "share": 0..1}, ` +
  '{"link": [FROM, TO], "kind": "cut" | "heal"} ' +
  `or {"link": [FROM, TO], "kind": "delay", "delayMs": 0..${DELAY_MS_MAX}}`;

/**
 * Reads a fault for a twin with these regions.
 *
 * @throws {FaultError} naming what is wrong and what is allowed
 */
export function parseFault(value: unknown, regions: readonly string[]): Fault {
  const candidate = z.record(z.string(), z.unknown()).safeParse(value);
  if (!candidate.success)
    throw new FaultError(`Cannot inject a fault: the body is not a JSON object, one of ${SHAPES} is needed`);
  const parsed = ('link' in candidate.data ? linkFault : regionFault).safeParse(candidate.data);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown' };
    throw new FaultError(
      `Cannot inject a fault: ${path.join('.') || 'the body'} is wrong (${message}), one of ${SHAPES} is needed`,
    );
  }
  const named = 'link' in parsed.data ? parsed.data.link : [parsed.data.region];
  for (const region of named) {
    if (!regions.includes(region)) {
      throw new FaultError(
        `Cannot inject a fault: ${JSON.stringify(region)} is not a region of this twin, one of ${regions.join(', ')} is needed`,
      );
    }
  }
  if ('link' in parsed.data && parsed.data.link[0] === parsed.data.link[1]) {
    throw new FaultError(
      'Cannot inject a fault: the link leads from a region to itself, two regions are needed',
    );
  }
  return parsed.data;
}

/**
 * Carries a fault out and resolves when it has taken effect.
 *
 * @throws {TwinError} when a region that was told to start does not come up
 */
export async function applyFault(twin: Twin, fault: Fault): Promise<void> {
  return 'link' in fault ? twin.changeLink(fault.link, linkChange(fault)) : applyRegionFault(twin, fault);
}

async function applyRegionFault(twin: Twin, fault: RegionFault): Promise<void> {
  const unit = twin.unit(fault.region);
  if (unit === undefined)
    throw new TwinError('NotRunning', `Cannot ${fault.kind} ${fault.region}: there is no such region.`);
  switch (fault.kind) {
    case 'start':
      return unit.start();
    case 'kill':
      return unit.kill();
    case 'stop':
      return unit.stop();
    case 'clock':
      return twin.setClockOffset(fault.region, fault.offsetMs);
    case 'slow':
      return twin.changeRegionFaults(fault.region, { slowMs: fault.delayMs });
    case 'error':
      return twin.changeRegionFaults(fault.region, { errorShare: fault.share });
    case 'throttle':
      return twin.changeRegionFaults(fault.region, { throttleShare: fault.share });
    // Not the clock, which says what it is set to in every stamp made since: setting it right is a step of its own.
    case 'heal':
      return twin.changeRegionFaults(fault.region, NO_REGION_FAULTS);
  }
}

/** Healing takes away whatever was done to the link, the delay included. */
function linkChange(fault: LinkFault): { cut?: boolean; delayMs?: number } {
  if (fault.kind === 'delay') return { delayMs: fault.delayMs };
  return fault.kind === 'cut' ? { cut: true } : { cut: false, delayMs: 0 };
}
