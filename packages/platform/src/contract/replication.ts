import * as z from 'zod/mini';
import { replicationExample } from './examples.ts';

/** How replication from one peer to the region that answers stands. */
const peerReplicationSchema = z.object({
  region: z.string().register(z.globalRegistry, { description: 'The peer.' }),
  lagMs: z.nullable(
    z
      .number()
      .check(z.gte(0))
      .register(z.globalRegistry, {
        description:
          'Milliseconds that a write of the peer took to be seen here, as the peer measured it by its own clock and ' +
          'told with its last heartbeat: as old as that. Null when it was not seen in time, or nobody has measured it.',
      }),
  ),
  lastSignAt: z.nullable(
    z.string().register(z.globalRegistry, {
      format: 'date-time',
      description:
        "When the peer's last heartbeat that is here was written, by the peer's clock. Null: there is none.",
    }),
  ),
  ageMs: z.nullable(
    z
      .number()
      .check(z.gte(0))
      .register(z.globalRegistry, {
        description:
          'Milliseconds since then. About a minute passes between two heartbeats: much more means that the peer, or ' +
          'replication from it, stands still.',
      }),
  ),
});

/** Answer of `GET /replication`. */
export const replicationResponseSchema = z
  .object({
    region: z.string().register(z.globalRegistry, { description: 'Region that answers.' }),
    measuredAt: z.optional(
      z.string().register(z.globalRegistry, {
        format: 'date-time',
        description: 'When this was read, and up to when ages count. Absent where there is no peer.',
      }),
    ),
    peers: z.array(peerReplicationSchema),
  })
  .register(z.globalRegistry, { examples: [replicationExample] });

/** Answer of `GET /replication`. */
export type ReplicationResponse = Readonly<z.infer<typeof replicationResponseSchema>>;
