import type { PlatformClientOptions } from './client-options.ts';
import { createClient } from './create-client.ts';
import { fetchTransport } from './fetch-transport.ts';
import { endpointsOf } from './parse-outputs.ts';
import type { PlatformClient } from './platform-client.ts';

/**
 * Makes the same client over the `fetch` of the process or page, for programs without `aws-amplify`.
 *
 * @throws {InvalidOutputsError} when the outputs lack what the client needs, or rule out the `endpoint`; the message names it
 * @throws {RangeError} for times and budgets that cannot be kept
 *
 * @example
 * ```ts
 * import { createPlatformClient } from '@gsp/client/fetch';
 *
 * const outputs = await (await fetch('/amplify_outputs.json')).json();
 * const client = createPlatformClient({ outputs });
 * const { value, answer } = await client.incrementCounter({ id: 'visits' });
 * console.log(`${value} visits, counted in ${answer.region}`);
 * client.close();
 * ```
 */
export function createPlatformClient(options: PlatformClientOptions): PlatformClient {
  const { outputs, endpoint, transport = fetchTransport, ...behaviour } = options;
  return createClient({ ...behaviour, regions: endpointsOf(outputs, endpoint), transport });
}
