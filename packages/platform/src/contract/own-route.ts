import type * as core from 'zod/v4/core';

/**
 * A route of a team's own. Its request is one object: members that the path names are taken from there, the others from the
 * query of a `GET` or `DELETE` and else from the JSON body. Made by `defineRoute`.
 */
export interface OwnRoute<
  Request extends core.$ZodObject = core.$ZodObject,
  Response extends core.$ZodType = core.$ZodType,
> {
  readonly kind: 'route';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway writes it: `/orders/{id}/shipments`. */
  readonly path: string;
  readonly request: Request;
  readonly response: Response;
  readonly access: 'public' | 'token';
  /** In a few words without a full stop, for the document. */
  readonly summary: string;
}

/** Routes of a team's own by the name under which they are exported, which is that of the operation. */
export type OwnRoutes = Readonly<Record<string, OwnRoute>>;

/** What a caller of a route gives. */
export type RouteInput<R extends OwnRoute> = core.input<R['request']>;

/** What a caller of a route gets. */
export type RouteOutput<R extends OwnRoute> = core.output<R['response']>;
