import * as z from 'zod/mini';

const apiSchema = z.object({
  /** URL of the API; may end with a slash. */
  endpoint: z.string(),
  /** Region that `aws-amplify` signs for; of the global name, the primary. */
  region: z.string(),
  apiName: z.string(),
});

const regionSchema = z.object({
  role: z.enum(['primary', 'secondary']),
  /** Its API, by name in `API`. */
  apiName: z.string(),
  /** What is deployed there; absent where nobody says. */
  revision: z.optional(z.string()),
});

const domainSchema = z.object({
  zoneName: z.string(),
  globalName: z.string(),
  /** How a region is chosen for whoever asks for the global name; absent in outputs of before 0.4. */
  policy: z.optional(z.enum(['failover', 'latency', 'weighted'])),
  /** Name of the edge, where there is one; the API of the global name is the edge's then. */
  edgeName: z.optional(z.string()),
  /** Whether regions let nobody in but through the edge. */
  edgeOnly: z.optional(z.literal(true)),
});

/** An entity as clients have to know it; what else follows from its definition only types and servers know. */
const entitySchema = z.object({
  name: z.string(),
  /** Absent where each item is by its own id. */
  partition: z.optional(z.string()),
  /** In the order of the definition, which decides the slot that each uses in the table. */
  indexes: z.record(z.string(), z.object({ partition: z.string(), sort: z.optional(z.string()) })),
});

const routeSchema = z.object({ method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), path: z.string() });

/**
 * What a backend puts out for clients and operators, under `custom` of `amplify_outputs.json`. Each region names itself and
 * its API only, and says the same of the global name as all others: merged, they are a file's.
 */
export const platformOutputsSchema = z.object({
  /** By name, the keys that `aws-amplify` takes for a REST API; that of the global name is `<project>-<stage>-global`. */
  API: z.record(z.string(), apiSchema),
  platform: z.object({
    project: z.string(),
    stage: z.string(),
    regions: z.record(z.string(), regionSchema),
    /** What a team has defined, by plural. */
    entities: z.optional(z.record(z.string(), entitySchema)),
    /** Routes of a team's own, by name. */
    routes: z.optional(z.record(z.string(), routeSchema)),
    /** Absent in a stage without a domain. */
    domain: z.optional(domainSchema),
    /** While the zone of the domain is new: its id is to be put into the topology, the domain delegated to it. */
    newZone: z.optional(
      z.object({ zoneName: z.string(), hostedZoneId: z.string(), nameServers: z.string() }),
    ),
  }),
});

/** What a backend puts out, under `custom`; or what all of a stage do, merged. */
export type PlatformOutputs = z.infer<typeof platformOutputsSchema>;
