import type { Entities, OwnRoutes } from '@gsp/platform/contract';
import { assembleClient } from './assemble-client.ts';
import type { Client, None } from './client.ts';
import type { ClientOptions } from './client-options.ts';
import { fetchTransport } from './fetch-transport.ts';

/**
 * Makes the same client over the `fetch` of the process or page, for programs without `aws-amplify`.
 *
 * @throws {InvalidOutputsError} when the outputs lack what the client needs, or rule out the `endpoint`; the message names it
 * @throws {RangeError} for times and budgets that cannot be kept, and when there is no region
 *
 * @example
 * ```ts
 * import { createClient } from '@gsp/client/fetch';
 *
 * const outputs = await (await fetch('/amplify_outputs.json')).json();
 * const client = createClient({ outputs });
 * const { value, answer } = await client.incrementCounter({ id: 'visits' });
 * console.log(`${value} visits, counted in ${answer.region}`);
 * client.close();
 * ```
 */
export function createClient<All extends Entities = None, Routes extends OwnRoutes = None>(
  options: ClientOptions,
): Client<All, Routes> {
  return assembleClient(options, () => fetchTransport);
}
