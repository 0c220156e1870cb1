/** What both entries of the package have: everything but how a client is made. */
export type {
  Conflict,
  CounterResponse,
  EntityInput,
  EntityItem,
  Item,
  ItemKey,
  JsonValue,
  ProblemCode,
  ProblemDocument,
} from '@gsp/platform/contract';
export type { Client, RouteCalls } from './client.ts';
export {
  type AttemptSummary,
  type ClientErrorOptions,
  DeadlineExceededError,
  InvalidAnswerError,
  InvalidOutputsError,
  isDeadlineExceededError,
  isInvalidAnswerError,
  isInvalidOutputsError,
  isOutcomeUnknownError,
  isPlatformClientError,
  isProblemError,
  isRegionsUnavailableError,
  isSessionBehindError,
  type KnownProblemCode,
  OutcomeUnknownError,
  PlatformClientError,
  ProblemError,
  type ProblemErrorOptions,
  RegionsUnavailableError,
  SessionBehindError,
} from './client-error.ts';
export type {
  AttemptEvent,
  AttemptKind,
  AttemptOutcome,
  CallEvent,
  ClientEvents,
  FailoverEvent,
  OperationName,
  RecoveredEvent,
} from './client-events.ts';
export type { ClientBehaviour, ClientOptions, OutputsOptions, RegionsOptions } from './client-options.ts';
export { type Clock, type Random, systemClock } from './clock.ts';
export type {
  EntityClient,
  EntityClients,
  EntityKey,
  EntityPatch,
  EntityPut,
  ListOptions,
} from './entity-client.ts';
export { fetchTransport } from './fetch-transport.ts';
export type { Page, PagePromise } from './page-promise.ts';
export {
  type EndpointMode,
  type ParsedOutputs,
  parseOutputs,
  regionsOf,
} from './parse-outputs.ts';
export type {
  Answered,
  AnswerFacts,
  CallOptions,
  ConditionalWriteOptions,
  PageEnd,
  PageRequest,
  PlatformClient,
  WriteOptions,
} from './platform-client.ts';
export type { RegionEndpoint, RegionState, RegionView } from './region.ts';
export { type RestoreOptions, restoreConflict } from './restore-conflict.ts';
export { createSession, type Session } from './session.ts';
export {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';
export type { TokenSource } from './with-token.ts';
