export { createAmplifyTransport } from './amplify-transport.ts';
export {
  DeadlineExceededError,
  InvalidOutputsError,
  isInvalidAnswerError,
  isInvalidOutputsError,
  isPlatformClientError,
  isProblemError,
  type KnownProblemCode,
  ProblemError,
  RegionsUnavailableError,
} from './client-error.ts';
export type {
  AttemptEvent,
  AttemptKind,
  CallEvent,
  ClientEvents,
  FailoverEvent,
  RecoveredEvent,
} from './client-events.ts';
export { type Clock, type Random, systemClock } from './clock.ts';
export { createClient } from './create-client.ts';
export { createPlatformClient } from './create-platform-client.ts';
export { fetchTransport } from './fetch-transport.ts';
export { type EndpointMode, isEdgeOnly, regionsOf } from './parse-outputs.ts';
export type {
  Answered,
  AnswerFacts,
  CallOptions,
  ConditionalWriteOptions,
  PlatformClient,
} from './platform-client.ts';
export type { RegionEndpoint, RegionState, RegionView } from './region.ts';
export { createSession, type Session } from './session.ts';
export {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';
