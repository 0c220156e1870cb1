import { correlationIdExample, detailExamples } from './examples.ts';
import type { Json, OpenApiComponents } from './open-api-components.ts';
import { commonHeaders, headerRefs } from './open-api-headers.ts';
import { type Answer, type Operation, problemsOf } from './operation.ts';
import { type ProblemDocument, problemSchema } from './problem-document.ts';
import { type ProblemCode, problemDefinition, problemType } from './problems.ts';
import { type Refusal, refusalsOf } from './route-security.ts';
import type { ServedRoute } from './served-routes.ts';

/** Says what a route answers, by status: a reference each, as routes share most of it. */
export function responsesOf(
  { name, bucket, authorization }: Pick<ServedRoute, 'name' | 'bucket' | 'authorization'>,
  { answers, problems }: Operation,
  components: OpenApiComponents,
): Json {
  const codes = byStatus([...problems, ...problemsOf(bucket)]);
  const refusals = refusalsOf(authorization);
  const refused = new Set([...codes.keys(), ...Object.keys(refusals)]);
  return Object.fromEntries([
    ...Object.entries(answers).map(([status, answer]) => [
      status,
      components.keep('responses', `${name}.${status}`, () =>
        answerObject(Number(status), answer, components),
      ),
    ]),
    ...[...refused].map((status) => [
      status,
      refusedRef({ codes: codes.get(status) ?? [], refusal: refusals[status] }, components),
    ]),
  ]);
}

function byStatus(codes: readonly ProblemCode[]): Map<string, ProblemCode[]> {
  const found = new Map<string, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const status = String(problemDefinition(code).status);
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

function answerObject(
  status: number,
  { description, schema, headers = [] }: Answer,
  components: OpenApiComponents,
): Json {
  const described = { description, headers: headerRefs([...commonHeaders, ...headers]) };
  if (status === 204 || status === 304) return described;
  const content = schema === undefined ? { schema: { type: 'object' } } : components.schemaOf(schema);
  return { ...described, content: { 'application/json': content } };
}

/**
 * Answers of one status that refuse: problems of the route's function, and API Gateway's own answer. Where both may come,
 * a caller gets the content of either, and cannot count on the headers that functions send.
 */
function refusedRef(
  { codes, refusal }: { readonly codes: readonly ProblemCode[]; readonly refusal: Refusal | undefined },
  components: OpenApiComponents,
): Json {
  const name = [refusal?.name ?? [], ...codes].flat().join('.');
  return components.keep('responses', name, () => {
    const problems = codes.length === 0 ? undefined : problemObject(codes, components);
    if (refusal === undefined) return problems ?? {};
    const { description, content } = refusal;
    return {
      description: [description, ...(problems === undefined ? [] : [problems.description])].join('\n\n'),
      content: { ...content, ...problems?.content },
    };
  });
}

// One status may stand for several problems: one response that names each, with an example of each.
function problemObject(codes: readonly ProblemCode[], components: OpenApiComponents) {
  const definitions = codes.map(problemDefinition);
  const waits = definitions.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined);
  const example = (code: ProblemCode) =>
    components.keep('examples', code, () => ({
      summary: problemDefinition(code).title,
      value: problemExample(code),
    }));
  return {
    description: definitions.map(({ title, remedy }) => `${title}. ${remedy}`).join('\n\n'),
    headers: headerRefs([...commonHeaders, ...(waits ? ['retry-after'] : [])]),
    content: {
      'application/problem+json': {
        schema: components.keep('schemas', 'Problem', () => components.schemaOf(problemSchema).schema),
        examples: Object.fromEntries(codes.map((code) => [code, example(code)])),
      },
    },
  };
}

/** A problem as the document shows it. */
export function problemExample(code: ProblemCode): ProblemDocument {
  const { status, scope, title, retryable, remedy } = problemDefinition(code);
  const detail = detailExamples[code];
  const type = problemType(code);
  const said = { type, title, scope, status, detail, message: detail, retryable, remedy };
  return { ...said, correlationId: correlationIdExample };
}
