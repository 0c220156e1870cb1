import { defineBackend } from '@aws-amplify/backend';
import {
  allowedRequestHeaders,
  exposedHeaders,
  problemDefinition,
  problemType,
  routes,
} from '@gsp/platform/contract';
import {
  FaultInjection,
  GlobalTable,
  HeartbeatSchedule,
  OperatorPolicy,
  placeEdge,
  placeFunction,
  RegionalApi,
  RegionWatch,
  ReplicaStream,
  retainLogs,
  revisionOf,
  SiteDomain,
  StageBudget,
  StreamConsumer,
  siteOf,
  siteOutputs,
  siteTags,
  tagSite,
  tokenEnvironment,
  zoneOf,
} from '@gsp/platform/infra';
import {
  accessLogGroupName,
  canaryPartitionKey,
  heartbeatPartitionKey,
  lostBatchesQueueName,
  operatorPolicyName,
  originSecretName,
  systemKeyPatterns,
} from '@gsp/platform/topology';
import { Stack } from 'aws-cdk-lib';
import { api } from './functions/api/resource.ts';
import { authorizer } from './functions/authorizer/resource.ts';
import { conflicts } from './functions/conflicts/resource.ts';
import { control } from './functions/control/resource.ts';
import { health } from './functions/health/resource.ts';
import { heartbeat } from './functions/heartbeat/resource.ts';
import { streamLookup, streamLookupTimeoutSeconds } from './functions/stream-lookup/resource.ts';
import { topology } from './topology.ts';

const backend = defineBackend({ health, control, api, authorizer, conflicts, streamLookup, heartbeat });
const site = siteOf(backend.stack, topology);
const { settings } = site;
const revision = revisionOf(process.env);

// The functions' group made this stack; what they work with lives beside them, or stacks would be circular.
const stack = Stack.of(backend.api.resources.lambda);
const handlers = {
  probe: backend.health.resources.lambda,
  control: backend.control.resources.lambda,
  traffic: backend.api.resources.lambda,
};

const table = new GlobalTable(stack, 'Items', {
  tableName: site.tableName,
  replicaRegions: site.regions,
  isOwner: site.role === 'primary',
  replicaTags: (region) => siteTags(site, region),
  ...settings.table,
});

// The canary by which a Region finds out whether its replica can be read and written.
const canaryAccess = { actions: ['GetItem', 'PutItem'], partitionKeys: [canaryPartitionKey(site.region)] };
const { evacuations, evacuationAudit } = systemKeyPatterns;

placeFunction(backend.health, {
  site,
  name: 'health',
  table,
  tableAccess: [canaryAccess, { actions: ['Query'], partitionKeys: [evacuations] }],
  // This function alone tells it: in the others it would end their warm environments with every deployment.
  ...(revision !== undefined && { environment: { REVISION: revision } }),
});

// It asks for its own Region's health before it sends another one's traffic here.
placeFunction(backend.control, {
  site,
  name: 'control',
  table,
  tableAccess: [
    canaryAccess,
    { actions: ['PutItem', 'Query'], partitionKeys: [evacuations, evacuationAudit] },
  ],
});

// Behind the edge it answers what came through the edge, and knows that by one of two secrets of its own Region.
const isEdgeOnly = settings.edge.cloudFront && settings.edge.enforced && zoneOf(site) !== undefined;
const originSecrets = (['a', 'b'] as const).map((slot) => originSecretName(site.project, site.stage, slot));

placeFunction(backend.api, {
  site,
  name: 'api',
  table,
  ...(isEdgeOnly && {
    environment: { ORIGIN_SECRETS: originSecrets.join(',') },
    readableSecrets: originSecrets,
  }),
  tableAccess: [{ actions: ['GetItem', 'PutItem', 'Query', 'UpdateItem'] }],
  // A request that gets past every check must not be able to forge what was lost, or a Region's health, nor to
  // evacuate a Region.
  readOnlyPartitionKeys: [
    systemKeyPatterns.conflicts,
    systemKeyPatterns.conflictIndex,
    systemKeyPatterns.health,
    systemKeyPatterns.heartbeats,
    evacuations,
    evacuationAudit,
  ],
});

// Under strong consistency no write overwrites another unseen. Amplify wants to know the functions before it
// says which stage this is, so both are still there: without rights, and with nothing that would call them.
const canLoseWrites = settings.table.consistency === 'eventual';

placeFunction(backend.conflicts, {
  site,
  name: 'conflicts',
  table,
  tableAccess: canLoseWrites
    ? [
        {
          actions: ['PutItem', 'UpdateItem'],
          partitionKeys: [
            systemKeyPatterns.conflicts,
            systemKeyPatterns.conflictIndex,
            systemKeyPatterns.counters,
          ],
        },
      ]
    : [],
});

placeFunction(backend.streamLookup, {
  site,
  name: 'stream-lookup',
  table,
  tableAccess: canLoseWrites ? [{ actions: ['DescribeTable'] }] : [],
});

// One Region has no peer, and a stage may do without: the function is then there like those above, and never called.
const hasHeartbeat = settings.observability.heartbeat && site.regions.length > 1;
const ownHeartbeat = heartbeatPartitionKey(site.region);

placeFunction(backend.heartbeat, {
  site,
  name: 'heartbeat',
  table,
  tableAccess: hasHeartbeat
    ? [
        { actions: ['PutItem'], partitionKeys: [ownHeartbeat] },
        { actions: ['GetItem'], partitionKeys: [systemKeyPatterns.heartbeats] },
      ]
    : [],
  peerReadKeys: hasHeartbeat ? [ownHeartbeat] : [],
});

if (hasHeartbeat) {
  new HeartbeatSchedule(stack, 'Heartbeat', { heartbeat: backend.heartbeat.resources.lambda });
}

const hasSeveralIssuers = (settings.jwt?.issuers.length ?? 0) > 1;

// Verifies tokens where there are several issuers; of one, API Gateway does it by itself.
placeFunction(backend.authorizer, {
  site,
  name: 'authorizer',
  table,
  tableAccess: [],
  environment: tokenEnvironment(settings.jwt),
});

if (canLoseWrites) {
  const { streamArn } = new ReplicaStream(stack, 'Stream', {
    table,
    replicaRegions: site.regions,
    lookup: backend.streamLookup.resources.lambda,
    lookupTimeoutSeconds: streamLookupTimeoutSeconds,
  });
  new StreamConsumer(stack, 'Conflicts', {
    table,
    streamArn,
    consumer: backend.conflicts.resources.lambda,
    region: site.region,
    peerRegions: site.regions.filter((region) => region !== site.region),
    lostBatchesQueueName: lostBatchesQueueName(site.project, site.stage),
  });
}

const regionalApi = new RegionalApi(stack, 'Api', {
  apiName: site.apiName,
  routes: routes.map((route) => ({
    ...route,
    handler: handlers[route.bucket],
    throttle: settings.throttle[route.bucket],
  })),
  tokens: settings.jwt,
  tokenVerifier: backend.authorizer.resources.lambda,
  defaultHandler: handlers.traffic,
  defaultThrottle: settings.throttle.traffic,
  allowOrigins: settings.cors.allowOrigins,
  allowCredentials: settings.cors.allowCredentials,
  corsMaxAgeSeconds: settings.cors.maxAgeSeconds,
  allowHeaders: allowedRequestHeaders,
  exposeHeaders: exposedHeaders,
  accessLogGroupName: accessLogGroupName(site.apiName),
  logRetentionDays: settings.logs.retentionDays,
  executeApiEndpoint: zoneOf(site) === undefined,
});

new OperatorPolicy(stack, 'Operator', {
  policyName: operatorPolicyName(site.project, site.stage, site.region),
  routes: regionalApi.guardedRoutes,
});

const siteDomain = new SiteDomain(stack, 'Domain', { site, api: regionalApi });

new RegionWatch(stack, 'Watch', {
  site,
  api: regionalApi,
  functions: {
    health: handlers.probe,
    control: handlers.control,
    api: handlers.traffic,
    ...(hasSeveralIssuers && { authorizer: backend.authorizer.resources.lambda }),
    ...(canLoseWrites && { conflicts: backend.conflicts.resources.lambda }),
    ...(hasHeartbeat && { heartbeat: backend.heartbeat.resources.lambda }),
  },
  serving: ['health', 'api', ...(hasSeveralIssuers ? ['authorizer'] : [])],
  streamConsumer: canLoseWrites ? 'conflicts' : undefined,
  healthCheck: siteDomain.healthCheck,
});

// After the watch: its alarms end an experiment that goes wrong.
if (settings.faultInjection) new FaultInjection(stack, 'Chaos', { site, health: backend.health, table });

if (settings.budget !== null && site.role === 'primary') {
  new StageBudget(stack, 'Budget', { project: site.project, stage: site.stage, ...settings.budget });
}

placeEdge(backend.stack, {
  site,
  bodyTooLarge: { type: problemType('body-too-large'), ...problemDefinition('body-too-large') },
});

tagSite(backend.stack, site);
retainLogs(backend.stack, settings.logs.retentionDays);
backend.addOutput({ custom: siteOutputs(site, { api: regionalApi, domain: siteDomain, revision }) });
