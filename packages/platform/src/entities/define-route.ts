import type * as core from 'zod/v4/core';
import type { OwnRoute } from '../contract/own-route.ts';
import { DefinitionError } from './definition-error.ts';

/** What a team says of a route of its own; `Context` is what its function is given. */
export interface RouteDefinition<Request extends core.$ZodObject, Response extends core.$ZodType, Context> {
  readonly method: OwnRoute['method'];
  readonly path: string;
  /** @default '' */
  readonly summary?: string;
  readonly request: Request;
  readonly response: Response;
  /** @default 'token' */
  readonly access?: OwnRoute['access'];
  /** Answers a request. What it throws that is no problem of the platform is answered as `internal-error`. */
  readonly handle: (
    context: Context,
    request: core.output<Request>,
  ) => Promise<core.input<Response>> | core.input<Response>;
}

/** A route with the function that answers it. */
export interface HandledRoute<
  Request extends core.$ZodObject = core.$ZodObject,
  Response extends core.$ZodType = core.$ZodType,
  Context = never,
> extends OwnRoute<Request, Response> {
  handle(
    context: Context,
    request: core.output<Request>,
  ): Promise<core.input<Response>> | core.input<Response>;
}

const parameterPattern = /\{([^}]*)\}/g;
const pathPattern = /^(\/([a-zA-Z0-9._-]+|\{[a-zA-Z][a-zA-Z0-9]*\}))+$/;

/** Names of the parameters in a path template. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(parameterPattern)].map(([, name = '']) => name);
}

/**
 * Defines a route of a team's own. The name under which it is exported is that of the operation.
 *
 * @throws {DefinitionError} with every fault of the definition
 */
export function defineRoute<Request extends core.$ZodObject, Response extends core.$ZodType, Context>(
  definition: RouteDefinition<Request, Response, Context>,
): HandledRoute<Request, Response, Context> {
  const {
    method,
    path,
    request,
    response,
    access = 'token',
    summary = `${method} ${path}`,
    handle,
  } = definition;
  const shape = request._zod.def.shape;
  const faults = [
    ...(pathPattern.test(path)
      ? []
      : [
          `path: given '${path}', allowed segments of letters, digits, ., _ and -, or {name}. Correct the path.`,
        ]),
    ...pathParameters(path)
      .filter((name) => !Object.hasOwn(shape, name))
      .map((name) => `path: {${name}} is no member of request. Add it there, or take it out of the path.`),
  ];
  if (faults.length > 0) throw new DefinitionError(`the route ${method} ${path}`, faults);
  return { kind: 'route', method, path, request, response, access, summary, handle };
}
