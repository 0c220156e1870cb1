import { defineBackend } from '@aws-amplify/backend';
import { Stack } from 'aws-cdk-lib';
import { allowedRequestHeaders, exposedHeaders } from './contract/headers.ts';
import { routes } from './contract/routes.ts';
import { api } from './functions/api/resource.ts';
import { health } from './functions/health/resource.ts';
import { siteOf } from './infra/backend-site.ts';
import { GlobalTable } from './infra/global-table.ts';
import { RegionalApi } from './infra/regional-api.ts';
import { retainLogs } from './infra/retain-logs.ts';
import { placeFunction } from './infra/site-function.ts';
import { siteOutputs } from './infra/site-outputs.ts';
import { siteTags, tagSite } from './infra/site-tags.ts';
import { accessLogGroupName, canaryPartitionKey } from './topology/names.ts';
import { topology } from './topology/topology.ts';

const backend = defineBackend({ health, api });
const site = siteOf(backend.stack, topology);
const { settings } = site;

// The functions' group made this stack; what they work with lives beside them, or stacks would be circular.
const stack = Stack.of(backend.api.resources.lambda);
const handlers = { probe: backend.health.resources.lambda, traffic: backend.api.resources.lambda };

const table = new GlobalTable(stack, 'Items', {
  tableName: site.tableName,
  replicaRegions: site.regions,
  isOwner: site.role === 'primary',
  replicaTags: (region) => siteTags(site, region),
  ...settings.table,
});

placeFunction(backend.health, {
  site,
  name: 'health',
  table,
  tableActions: ['GetItem', 'PutItem'],
  partitionKeys: [canaryPartitionKey(site.region)],
});

placeFunction(backend.api, {
  site,
  name: 'api',
  table,
  tableActions: ['GetItem', 'PutItem', 'Query'],
});

const regionalApi = new RegionalApi(stack, 'Api', {
  apiName: site.apiName,
  routes: routes.map(({ method, path, bucket }) => ({
    method,
    path,
    handler: handlers[bucket],
    throttle: settings.throttle[bucket],
  })),
  defaultHandler: handlers.traffic,
  defaultThrottle: settings.throttle.traffic,
  allowOrigins: settings.cors.allowOrigins,
  allowCredentials: settings.cors.allowCredentials,
  corsMaxAgeSeconds: settings.cors.maxAgeSeconds,
  allowHeaders: allowedRequestHeaders,
  exposeHeaders: exposedHeaders,
  accessLogGroupName: accessLogGroupName(site.apiName),
  logRetentionDays: settings.logs.retentionDays,
});

tagSite(backend.stack, site);
retainLogs(backend.stack, settings.logs.retentionDays);
backend.addOutput({ custom: siteOutputs(site, regionalApi) });
