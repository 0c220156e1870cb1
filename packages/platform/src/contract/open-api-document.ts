import type { $ZodType } from 'zod/v4/core';
import type { Definitions } from './definitions.ts';
import { definedOperations } from './entity-open-api.ts';
import { type Json, OpenApiComponents } from './open-api-components.ts';
import { headerComponents, parameterComponents, parameterRefs } from './open-api-headers.ts';
import { responsesOf } from './open-api-responses.ts';
import { type Operation, operationTags } from './operation.ts';
import { operations } from './operations.ts';
import { pathKeyCharactersPerCharacter, pathKeyPattern } from './path-key.ts';
import { security, securitySchemes } from './route-security.ts';
import { type ServedRoute, servedRoutesOf } from './served-routes.ts';

/**
 * Generates the OpenAPI 3.1 document of the API from the routes, operations, schemas and problems of the contract.
 * It takes milliseconds: make it once, and not while a function starts.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(definitions: Definitions = {}): Json {
  const components = new OpenApiComponents();
  const defined = definedOperations(definitions);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Global Serverless Platform',
      version: '1.0.0',
      description:
        'Every region answers alike. A path that is not listed answers 404 (route-not-found), a method that a path ' +
        'does not have 405 (method-not-allowed). API Gateway itself answers 401, 403, 429 and 5xx with {"message"} only; ' +
        'so it does what never gets to a route: 400 (a path that cannot be decoded), 413 (a body over 10 MB) and 431 ' +
        '(a request line and headers over 10,240 bytes).',
      contact: { name: 'Whoever operates this stage' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The region, or the global name, that gave this document.' }],
    tags: Object.entries({ ...defined.tags, ...operationTags }).map(([name, description]) => ({
      name,
      description,
    })),
    paths: paths(servedRoutesOf(definitions), { ...operations, ...defined.operations }, components),
    components: {
      securitySchemes,
      headers: headerComponents,
      parameters: parameterComponents,
      ...components.all(),
    },
  };
}

function paths(
  routes: readonly ServedRoute[],
  described: Readonly<Record<string, Operation>>,
  components: OpenApiComponents,
): Json {
  const items: Record<string, Json> = {};
  for (const route of routes) {
    const known = described[route.name];
    if (known === undefined) throw new Error(`Cannot describe ${route.name}: nothing says what it does.`);
    const operation = operationObject(route, known, components);
    items[route.path] = { ...items[route.path], [route.method.toLowerCase()]: operation };
  }
  return items;
}

function operationObject(route: ServedRoute, operation: Operation, components: OpenApiComponents): Json {
  const { name, method, authorization } = route;
  const { tag, summary, description, path, query, body, requestHeaders = [] } = operation;
  const isHead = method === 'HEAD';
  return {
    operationId: isHead ? `${name}Head` : name,
    tags: [tag],
    summary: isHead ? `${summary}, without the content` : summary,
    description: isHead
      ? `Answers as GET does, headers included, but for the content. ${description}`
      : description,
    security: security[authorization],
    parameters: [
      ...parametersOf('path', path, components).map(keyInPath),
      ...parametersOf('query', query, components),
      ...parameterRefs(requestHeaders),
    ],
    ...(body === undefined
      ? {}
      : // Empty content is an empty object; a request with neither content nor content type is refused (415).
        { requestBody: { required: true, content: { 'application/json': components.schemaOf(body) } } }),
    responses: responsesOf(route, operation, components),
  };
}

function parametersOf(
  location: 'path' | 'query',
  schema: $ZodType | undefined,
  components: OpenApiComponents,
): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required } = components.schemaOf(schema).schema;
  return Object.entries(properties as Record<string, Json>).map(([name, property]) => {
    const { description, examples, ...rest } = property;
    return {
      name,
      in: location,
      required: Array.isArray(required) && required.includes(name),
      description,
      schema: rest,
      ...(Array.isArray(examples) && { example: examples[0] }),
    };
  });
}

/** A key as a path carries it: longer than it is, and of few characters. */
function keyInPath({ schema, description, ...parameter }: Json): Json {
  const said = description === undefined ? '' : `${description} `;
  const { maxLength, ...rest }: Json = Object(schema);
  return {
    ...parameter,
    description: `${said}In a path, bytes outside of A-Z a-z 0-9 - . _ are written as ~ and two hex digits: a/b as a~2Fb.`,
    schema: {
      ...rest,
      pattern: pathKeyPattern,
      ...(typeof maxLength === 'number' && { maxLength: maxLength * pathKeyCharactersPerCharacter }),
    },
  };
}
