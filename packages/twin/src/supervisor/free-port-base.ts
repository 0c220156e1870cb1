import { TwinError } from '../twin-error.ts';
import { planPorts, requireFreePorts } from './port-plan.ts';

/** Where blocks of ports are looked for: below those that systems give to outgoing connections. */
const PORT_BASES = { min: 10_000, max: 31_000 };
const ATTEMPTS_MAX = 50;

/**
 * A base whose whole block of ports is free at this moment. Chosen at random, so that twins which are started side by side
 * do not try for the same.
 *
 * @throws {TwinError} `PortInUse` when none was found
 */
export async function freePortBase(regions: readonly string[]): Promise<number> {
  let refusal: unknown;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const base = PORT_BASES.min + Math.floor(Math.random() * (PORT_BASES.max - PORT_BASES.min));
    try {
      await requireFreePorts(planPorts(base, regions));
      return base;
    } catch (error) {
      refusal = error;
    }
  }
  throw new TwinError('PortInUse', 'Cannot start the twin: no free block of ports was found.', {
    cause: refusal,
  });
}
