import type { Definitions } from '../contract/definitions.ts';
import { openApiDocument } from '../contract/open-api-document.ts';
import type { ReplicationReader } from '../domain/replication-reader.ts';
import type { RouteHandler } from './http-message.ts';

/** What the route of replication needs. */
export interface ReplicationRoutesOptions {
  readonly readReplication: ReplicationReader;
}

/** Makes the handler of the route that tells how replication to this region stands. */
export function createReplicationRoutes({ readReplication }: ReplicationRoutesOptions) {
  return {
    'GET /replication': async ({ signal }) => ({ status: 200, body: await readReplication({ signal }) }),
  } satisfies Record<string, RouteHandler>;
}

/**
 * Makes the handler of `GET /openapi.json`. The document is generated when it is asked for first, then kept.
 *
 * @param definitions - of a team. @default - none
 */
export function createOpenApiRoute(definitions: Definitions = {}): RouteHandler {
  let document: string | undefined;
  return () => {
    document ??= JSON.stringify(openApiDocument(definitions));
    return { status: 200, body: document };
  };
}
