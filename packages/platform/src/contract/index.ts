export { clientMembers } from './client-members.ts';
export type { Conflict } from './conflict.ts';
export type { CounterResponse } from './counter.ts';
export type { Definitions } from './definitions.ts';
export {
  type Entities,
  type Entity,
  type EntityFacts,
  type EntityIndex,
  type EntityInput,
  type EntityItem,
  entityFactNames,
  entityKeySeparator,
} from './entity.ts';
export { type EntityAction, entityOperations } from './entity-operations.ts';
export type { EvacuationAuditView, EvacuationsResponse, EvacuationView } from './evacuation.ts';
export { parseExactJson } from './exact-json.ts';
export { allowedRequestHeaders, exposedHeaders, headerNames } from './headers.ts';
export { livenessSchema, unhealthySchema } from './health.ts';
export { parseIdempotencyKey } from './idempotency-key.ts';
export { type Item, type ItemKey, itemSchema, pkSchema } from './item.ts';
export { writeRequestSchema, writeResponseSchema } from './item-messages.ts';
export { findUnstorable, type JsonValue } from './json-value.ts';
export { limits } from './limits.ts';
export { type PlatformOutputs, platformOutputsSchema } from './outputs.ts';
export type { OwnRoute, OwnRoutes, RouteInput, RouteOutput } from './own-route.ts';
export { decodePathKey, encodePathKey } from './path-key.ts';
export { type ProblemDocument, problemSchema } from './problem-document.ts';
export { type ProblemCode, problemCodes, problemDefinition, problemType } from './problems.ts';
export { type RouteName, routes } from './routes.ts';
export { type ServedRoute, servedRoutes, servedRoutesOf } from './served-routes.ts';
export { encodeSession, mergeSessionTokens, readSessionToken, type Sighting } from './session-token.ts';
