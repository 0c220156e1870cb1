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
