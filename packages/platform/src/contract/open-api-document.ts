import * as z from 'zod/mini';
import { correlationIdExample, detailExamples, sessionExample } from './examples.ts';
import { headerNames } from './headers.ts';
import { limits } from './limits.ts';
import { type Answer, type Operation, operations, problemsOf, type RequestHeader } from './operations.ts';
import { pathKeyCharactersPerCharacter, pathKeyPattern } from './path-key.ts';
import { type ProblemDocument, problemSchema } from './problem-document.ts';
import { type ProblemCode, problemCodes, problemDefinition, problemType } from './problems.ts';
import { security, securitySchemes, withRefusals } from './route-security.ts';
import { type ServedRoute, servedRoutes } from './routes.ts';

type Json = Record<string, unknown>;

/** Headers that every response carries or, the last one, may carry, by their component's name. */
const commonHeaders = [
  headerNames.region,
  headerNames.correlationId,
  headerNames.requestId,
  headerNames.regionStatus,
];

const headerComponents: Json = {
  [headerNames.region]: constantHeader('Region that answered.', 'eu-west-1'),
  [headerNames.correlationId]: constantHeader(
    'Correlation id of the request, or a new one.',
    correlationIdExample,
  ),
  [headerNames.requestId]: constantHeader("API Gateway's id of the request.", 'JKJaXmPLvHcESHA='),
  etag: header('Version of the item.', '"eu-west-1=137438953472"'),
  [headerNames.session]: header('What the session has seen, for later reads in any region.', sessionExample),
  [headerNames.idempotencyReplayed]: header('Present when the write had been made before.', 'true'),
  [headerNames.regionStatus]: header(
    'Present when an operator has taken the region out of service: call another.',
    'evacuated',
  ),
  'retry-after': header('Least wait before a retry, in seconds.', '1'),
  allow: header('Methods that the path has.', 'POST'),
};

const preconditionSchema = { type: 'string', maxLength: limits.preconditionCharactersMax };

/** Request headers that only some routes follow. */
const headerParameters: Readonly<Record<RequestHeader, Json>> = {
  'idempotency-key': headerParameter('idempotency-key', {
    description:
      'Names this write to this item, partition key or counter. The same key with the same request is made once, in whichever regions it is ' +
      'sent, as long as what it wrote has not expired. UUIDv7 keys keep new items in time order. `"abc"` is the same key as `abc`.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: limits.idempotencyKeyCharactersMax,
      pattern: '^[!-~]+$',
    },
  }),
  'if-match': headerParameter('if-match', {
    description:
      'Write only if the item has one of these versions in this region; `*`: if it exists. A tag that this API has not ' +
      'given out is of no version.',
    schema: preconditionSchema,
  }),
  'if-none-match': headerParameter('if-none-match', {
    description:
      'Write only if the item has none of these versions in this region, read it only then (304); `*`: any version.',
    schema: preconditionSchema,
  }),
  'x-session': headerParameter('x-session', {
    description: 'The header of the same name from the latest answer that had one.',
    schema: { type: 'string', maxLength: limits.sessionCharactersMax },
  }),
};

function headerParameter(name: RequestHeader, rest: Json): Json {
  return { name, in: 'header', required: false, ...rest };
}

/**
 * Generates the OpenAPI 3.1 document of the API from the routes, operations, schemas and problems of the contract.
 * It takes milliseconds: make it once, and not while a function starts.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(): Json {
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
    },
    servers: [{ url: '/' }],
    paths: paths(),
    components: {
      securitySchemes,
      schemas: { Problem: schemaOf(problemSchema) },
      headers: headerComponents,
      parameters: headerParameters,
      responses: Object.fromEntries(problemCodes.map((code) => [code, problemAnswer([code])])),
      examples: Object.fromEntries(problemCodes.map((code) => [code, { value: problemExample(code) }])),
    },
  };
}

function paths(): Json {
  const items: Record<string, Json> = {};
  for (const route of servedRoutes) {
    const operation = operationObject(route, operations[route.name]);
    items[route.path] = { ...items[route.path], [route.method.toLowerCase()]: operation };
  }
  return items;
}

function operationObject({ name, method, authorization, bucket }: ServedRoute, operation: Operation): Json {
  const { summary, path, query, body, requestHeaders = [], answers, problems } = operation;
  return {
    operationId: method === 'HEAD' ? `${name}Head` : name,
    summary,
    security: security[authorization],
    parameters: [
      ...parameters('path', path).map(keyInPath),
      ...parameters('query', query),
      correlationIdParameter,
      ...requestHeaders.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(body === undefined
      ? {}
      : // Empty content is an empty object; a request with neither content nor content type is refused (415).
        { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, answerObject(Number(status), answer)]),
      ),
      ...withRefusals(problemAnswers([...problems, ...problemsOf(bucket)]), authorization),
    },
  };
}

// No bound is in the schema: whatever is sent, the request is answered, if need be under another id.
const correlationIdParameter: Json = {
  name: headerNames.correlationId,
  in: 'header',
  required: false,
  description:
    `Taken when it has 1 to ${limits.correlationIdCharactersMax} printable ASCII characters; otherwise the request ` +
    'gets an id of its own.',
  schema: { type: 'string' },
};

function parameters(location: 'path' | 'query', schema: z.ZodMiniType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, jsonSchemaOptions);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: location,
    required: required.includes(name),
    schema: property,
  }));
}

/** A key as a path carries it: longer than it is, and of few characters. */
function keyInPath({ schema, ...parameter }: Json): Json {
  const { maxLength, description, ...rest }: Json = Object(schema);
  return {
    ...parameter,
    description: `${description} In a path, bytes outside of A-Z a-z 0-9 - . _ are written as ~ and two hex digits: a/b as a~2Fb.`,
    schema: {
      ...rest,
      pattern: pathKeyPattern,
      ...(typeof maxLength === 'number' && { maxLength: maxLength * pathKeyCharactersPerCharacter }),
    },
  };
}

function answerObject(status: number, { description, schema, headers = [] }: Answer): Json {
  const described = { description, headers: headerRefs([...commonHeaders, ...headers]) };
  if (status === 204 || status === 304) return described;
  return {
    ...described,
    content: { 'application/json': { schema: schema === undefined ? { type: 'object' } : schemaOf(schema) } },
  };
}

// One status may stand for several problems: one response that names each, with an example of each.
function problemAnswers(codes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemDefinition(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, each]) => [String(status), problemAnswer(each)]));
}

function problemAnswer(codes: readonly ProblemCode[]): Json {
  const definitions = codes.map(problemDefinition);
  const waits = definitions.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined);
  const names = [
    ...commonHeaders,
    ...(waits ? ['retry-after'] : []),
    ...(codes.includes('method-not-allowed') ? ['allow'] : []),
  ];
  return {
    description: definitions.map(({ title, remedy }) => `${title}. ${remedy}`).join('\n\n'),
    headers: headerRefs(names),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function problemExample(code: ProblemCode): ProblemDocument {
  const { status, title, retryable, remedy } = problemDefinition(code);
  const detail = detailExamples[code];
  const type = problemType(code);
  return {
    type,
    title,
    status,
    detail,
    message: detail,
    retryable,
    remedy,
    correlationId: correlationIdExample,
  };
}

// `input`: what may be left out is optional, and answers may gain members without breaking a client.
const jsonSchemaOptions = { io: 'input', unrepresentable: 'any' } as const;

function schemaOf(schema: z.ZodMiniType): Json {
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...jsonSchema
  } = z.toJSONSchema(schema, jsonSchemaOptions);
  return jsonSchema;
}

function header(description: string, example: string): Json {
  return { description, schema: { type: 'string' }, example };
}

/** A header that every answer of a function carries. */
function constantHeader(description: string, example: string): Json {
  return { ...header(description, example), required: true };
}

function headerRefs(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
