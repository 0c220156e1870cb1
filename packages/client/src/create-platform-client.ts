import { createAmplifyTransport } from './amplify-transport.ts';
import type { PlatformClientOptions } from './client-options.ts';
import { createClient } from './create-client.ts';
import { endpointsOf } from './parse-outputs.ts';
import type { PlatformClient } from './platform-client.ts';

/**
 * Makes a client that goes on when a region does not: it asks the fastest healthy region, hedges slow reads, and completes
 * reads and writes elsewhere when a region fails, each write made once.
 *
 * @throws {InvalidOutputsError} when the outputs lack what the client needs, or rule out the `endpoint`; the message names it
 * @throws {RangeError} for times and budgets that cannot be kept
 *
 * @example
 * ```ts
 * import { createPlatformClient } from '@gsp/client';
 * import outputs from './amplify_outputs.json' with { type: 'json' };
 *
 * const client = createPlatformClient({ outputs });
 * client.on('failover', ({ from, to, reason }) => console.log(`${from} -> ${to}: ${reason}`));
 *
 * const { item, answer } = await client.writeItem({ pk: 'demo', data: { message: 'hello' } });
 * console.log(`written in ${answer.region} in ${answer.latencyMs.toFixed(1)} ms`);
 *
 * const { item: seen } = await client.getItem(item, { timeoutMs: 2_000 });
 * console.log(seen.data);
 * client.close();
 * ```
 */
export function createPlatformClient(options: PlatformClientOptions): PlatformClient {
  const { outputs, endpoint, transport, ...behaviour } = options;
  const regions = endpointsOf(outputs, endpoint);
  return createClient({ ...behaviour, regions, transport: transport ?? createAmplifyTransport(regions) });
}
