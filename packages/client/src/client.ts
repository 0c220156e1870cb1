import type { Entities, OwnRoutes, RouteInput, RouteOutput } from '@gsp/platform/contract';
import type { EntityClients } from './entity-client.ts';
import type { Answered, PlatformClient, WriteOptions } from './platform-client.ts';

/** A team's own routes, called by the names under which they are exported. */
export interface RouteCalls<Routes extends OwnRoutes> {
  /**
   * Calls a route. Each call but a `GET` carries an idempotency key and may be sent again under it: a route that does not
   * write by what it is given, or that heeds no key, is called with `idempotencyKey: null`.
   */
  call<Name extends string & keyof Routes>(
    name: Name,
    input: RouteInput<Routes[Name]>,
    options?: WriteOptions,
  ): Promise<Answered<{ readonly result: RouteOutput<Routes[Name]> }>>;
}

/** None of a kind. */
export type None = Readonly<Record<never, never>>;

/** The platform with a team's entities and routes. */
export type Client<All extends Entities = None, Routes extends OwnRoutes = None> = PlatformClient &
  EntityClients<All> &
  RouteCalls<Routes>;
