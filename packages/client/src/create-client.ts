import type { Entities, OwnRoutes } from '@gsp/platform/contract';
import { createAmplifyTransport } from './amplify-transport.ts';
import { assembleClient } from './assemble-client.ts';
import type { Client, None } from './client.ts';
import type { ClientOptions } from './client-options.ts';

/**
 * Makes a client that fails over when a region does not answer: it asks the fastest healthy region, hedges slow reads, and
 * completes reads and writes elsewhere when a region fails, each write made once. Entities and routes type it, and are not
 * part of it: import them by `import type`.
 *
 * @throws {InvalidOutputsError} when the outputs lack what the client needs, or rule out the `endpoint`; the message names it
 * @throws {RangeError} for times and budgets that cannot be kept, and when there is no region
 *
 * @example
 * ```ts
 * import { createClient } from '@gsp/client';
 * import type * as entities from '../amplify/entities/index.ts';
 * import outputs from './amplify_outputs.json' with { type: 'json' };
 *
 * const client = createClient<typeof entities>({ outputs });
 * client.on('failover', ({ from, to, reason }) => console.log(`${from} -> ${to}: ${reason}`));
 *
 * const { item, answer } = await client.orders.create({ customerId: 'c-17', status: 'open', total: 5 });
 * console.log(`written in ${answer.region} in ${answer.latencyMs.toFixed(1)} ms`);
 *
 * for await (const order of client.orders.query('byStatus', { status: 'open' })) console.log(order.total);
 * await client.orders.patch(item, { status: 'paid' }, { timeoutMs: 2_000 });
 * client.close();
 * ```
 */
export function createClient<All extends Entities = None, Routes extends OwnRoutes = None>(
  options: ClientOptions,
): Client<All, Routes> {
  return assembleClient(options, createAmplifyTransport);
}
