import { createAmplifyContext } from 'aws-amplify';
import { fetchTransport } from './fetch-transport.ts';
import type { RegionEndpoint } from './region.ts';
import type { Transport } from './transport.ts';

/**
 * Sends requests to the REST APIs of an AWS Amplify configuration, each under its own name.
 *
 * The client has a configuration of its own (`createAmplifyContext`). The one that `Amplify.configure` sets is global to
 * the page: joining the regions to it would replace an application's own token provider, and the application's next
 * `configure` would take the regions away. So neither sees the other.
 *
 * The requests themselves are sent as {@link fetchTransport} sends them. Amplify's own `get` and `put` follow a redirect,
 * with the body, the session and the idempotency key, to whatever origin it names, read an answer to its end however long
 * it is, and have no option for either.
 */
export function createAmplifyTransport(regions: readonly RegionEndpoint[]): Transport {
  const apis = regions.map(({ apiName, endpoint }) => [apiName, { endpoint }] as const);
  const { resourcesConfig } = createAmplifyContext({ API: { REST: Object.fromEntries(apis) } });
  return (request) => {
    const { endpoint = request.endpoint } = resourcesConfig.API?.REST?.[request.apiName] ?? {};
    return fetchTransport({ ...request, endpoint });
  };
}
