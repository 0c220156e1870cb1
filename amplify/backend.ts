import { defineBackend } from '@aws-amplify/backend';
import {
  addEdge,
  addTable,
  BackendDomain,
  backendContext,
  backendOutputs,
  configureFunctions,
  FaultInjection,
  HeartbeatSchedule,
  OperatorPolicy,
  PlatformApi,
  RegionWatch,
  ReplicaStream,
  retainLogs,
  revisionOf,
  StageBudget,
  StreamConsumer,
  tagBackend,
  usableDefinitions,
  watchedFunctions,
} from '@gsp/platform/infra';
import { Stack } from 'aws-cdk-lib';
import * as entities from './entities/index.ts';
import { api } from './functions/api/resource.ts';
import { authorizer } from './functions/authorizer/resource.ts';
import { conflicts } from './functions/conflicts/resource.ts';
import { control } from './functions/control/resource.ts';
import { health } from './functions/health/resource.ts';
import { heartbeat } from './functions/heartbeat/resource.ts';
import { streamLookup, streamLookupTimeoutSeconds } from './functions/stream-lookup/resource.ts';
import * as routes from './routes/index.ts';
import { topology } from './topology.ts';

const backend = defineBackend({ health, control, api, authorizer, conflicts, streamLookup, heartbeat });
const context = backendContext(backend.stack, topology);
const revision = revisionOf(process.env);
const definitions = usableDefinitions({ entities, routes }, context.settings.table);

// The functions' group made this stack; what they work with lives beside them, or stacks would be circular.
const stack = Stack.of(backend.api.resources.lambda);

const table = addTable(backend.stack, context);

configureFunctions(backend, { context, table, revision, definitions });

new HeartbeatSchedule(stack, 'Heartbeat', { context, heartbeat: backend.heartbeat.resources.lambda });

const { streamArn } = new ReplicaStream(stack, 'Stream', {
  context,
  table,
  lookup: backend.streamLookup.resources.lambda,
  lookupTimeoutSeconds: streamLookupTimeoutSeconds,
});

new StreamConsumer(stack, 'Conflicts', {
  context,
  table,
  streamArn,
  consumer: backend.conflicts.resources.lambda,
});

const regionalApi = new PlatformApi(stack, 'Api', { context, functions: backend, definitions });

new OperatorPolicy(stack, 'Operator', { context, routes: regionalApi.guardedRoutes });

const domain = new BackendDomain(stack, 'Domain', { context, api: regionalApi });

new RegionWatch(stack, 'Watch', {
  context,
  api: regionalApi,
  healthCheck: domain.healthCheck,
  ...watchedFunctions(context, backend),
});

// After the watch: its alarms end an experiment that goes wrong.
new FaultInjection(stack, 'Chaos', { context, health: backend.health, table });

new StageBudget(stack, 'Budget', { context });

addEdge(backend.stack, context);

tagBackend(backend.stack, context);
retainLogs(backend.stack, context.settings.logs.retentionDays);
backend.addOutput({ custom: backendOutputs(context, { api: regionalApi, domain, revision, definitions }) });
