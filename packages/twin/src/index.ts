export { resolveAssembly } from './assembly/resolve-assembly.ts';
export { ACCOUNT_ID } from './assembly/resource-identity.ts';
export { isTemplate, type TemplateResource } from './assembly/template.ts';
export { readyFileOf, removeReadyFile, writeReadyFile } from './control/ready-file.ts';
export { type EngineKind, parseEngineKind } from './dynamodb/engine/engine-process.ts';
export { startEngine } from './dynamodb/engine/start-engine.ts';
export { HybridLogicalClock, type Stamp } from './dynamodb/item/hybrid-logical-clock.ts';
export { compilePattern, type FilterPattern } from './event-sources/filter-pattern.ts';
export { type DnsAddress, type DnsAnswer, queryDns, ResolutionError } from './global-endpoint/query-dns.ts';
export { HOP_HEADERS } from './http-api/http-request.ts';
export { isRecord } from './json-value.ts';
export type { FunctionDefinition } from './lambda/function-definition.ts';
export { isAlive } from './process-identity.ts';
export { startDnsServer } from './route53/dns-server.ts';
export { Route53 } from './route53/route53.ts';
export type {
  HealthCheckDefinition,
  HostedZoneDefinition,
  RecordSetDefinition,
} from './route53/route53-definition.ts';
export { type Random, seededRandom } from './seeded-random.ts';
export { type ControlApi, startControlApi } from './supervisor/control-api.ts';
export { deploy } from './supervisor/deploy.ts';
export {
  DEFAULT_PORT_BASE,
  freePort,
  freePortBase,
  ownAddresses,
  planPorts,
} from './supervisor/port-plan.ts';
export { reserveTwin, type TwinReservation } from './supervisor/reserve-twin.ts';
export { pageHeaders } from './supervisor/site/static-site.ts';
export { type RegionAssembly, Twin } from './supervisor/twin.ts';
