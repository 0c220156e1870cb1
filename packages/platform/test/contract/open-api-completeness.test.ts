import { describe, expect, it } from 'vitest';
import { sessionExample } from '../../src/contract/examples.ts';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { document, operationOf, references, writtenOperation } from './open-api-under-test.ts';

/** The one answer that is described elsewhere, by the specification of OpenAPI. */
function isOpenApiItself({ schema }: { schema: object }): boolean {
  return JSON.stringify(schema) === '{"type":"object"}';
}

describe('openApiDocument()', () => {
  it('refers to every response, and to each by a name of its own', () => {
    const texts = new Set(
      Object.values(document.components.responses ?? {}).map((each) => JSON.stringify(each)),
    );
    expect(texts.size).toBe(Object.keys(document.components.responses ?? {}).length);
    for (const { method, path } of servedRoutes)
      for (const response of Object.values(writtenOperation(path, method).responses))
        expect(Object.keys(response)).toStrictEqual(['$ref']);
  });

  it('keeps no component that nothing refers to, and no schema twice', () => {
    const used = new Set(references(document));
    for (const kind of ['responses', 'schemas', 'examples', 'parameters', 'headers'])
      for (const name of Object.keys(document.components[kind] ?? {}))
        expect(used, name).toContain(`#/components/${kind}/${name}`);
    expect(Object.keys(document.components.schemas ?? {}).toSorted()).toStrictEqual([
      'Conflict',
      'Evacuation',
      'Item',
      'Problem',
    ]);
  });

  it('describes each operation, under a group that is described', () => {
    const groups = document.tags.map(({ name }) => name);
    const used = servedRoutes.map(({ method, path }) => {
      const { tags, summary, description } = writtenOperation(path, method);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(description).toMatch(/^[A-Z`].*\.$/);
      return tags;
    });
    expect(new Set(used.flat())).toStrictEqual(new Set(groups));
    for (const { description } of document.tags) expect(description).toMatch(/\.$/);
  });

  it('has an example of every parameter, body and answer', () => {
    for (const { method, path } of servedRoutes) {
      const { parameters, requestBody, responses } = operationOf(path, method);
      for (const parameter of parameters) expect(parameter, parameter.name).toHaveProperty('example');
      const contents = [requestBody, ...Object.values(responses)].flatMap((each) =>
        Object.values(each?.content ?? {}),
      );
      for (const content of contents)
        if (!isOpenApiItself(content)) expect('example' in content || 'examples' in content, path).toBe(true);
    }
  });

  it('has a pattern for what a caller hands back, which its own example fits', () => {
    const patterned = servedRoutes.flatMap(({ method, path }) => operationOf(path, method).parameters);
    for (const name of [
      'pk',
      'sk',
      'id',
      'region',
      'cursor',
      'if-match',
      'if-none-match',
      'x-session',
      'idempotency-key',
    ]) {
      const all = patterned.filter((each) => each.name === name && each.in !== 'query');
      const found = all.length > 0 ? all : patterned.filter((each) => each.name === name);
      expect(found.length, name).toBeGreaterThan(0);
      for (const { schema, example } of found) {
        const { pattern } = schema as { pattern?: string };
        expect(pattern, name).toBeDefined();
        expect(example, name).toMatch(new RegExp(pattern ?? ''));
      }
    }
  });

  it('does not refuse what the API takes: ETags, sessions, cursors and keys', () => {
    const patternOf = (name: string) =>
      new RegExp(String(Object(Object(document.components.parameters?.[name]).schema).pattern));
    for (const tags of ['*', ' * ', '"a"', 'W/"a"', '"a", "b"', ',"a",,', '"", "a,b"'])
      expect(tags).toMatch(patternOf('if-match'));
    for (const tags of ['', ',', 'a', '"a', '*, "a"', '"a" "b"'])
      expect(tags).not.toMatch(patternOf('if-match'));
    for (const key of ['a', '"a"', 'a"b', '"a\\"b"']) expect(key).toMatch(patternOf('idempotency-key'));
    for (const key of ['', '"', '""', '"a', 'a b']) expect(key).not.toMatch(patternOf('idempotency-key'));
    expect(sessionExample).toMatch(patternOf('x-session'));
  });
});
