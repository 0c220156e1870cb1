import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { evacuationAuditSchema, evacuationSchema } from '../../src/contract/evacuation.ts';
import {
  correlationIdExample,
  cursorExample,
  evacuationAuditExample,
  evacuationExample,
  itemExample,
  sessionExample,
  writeRequestExample,
} from '../../src/contract/examples.ts';
import { itemSchema } from '../../src/contract/item.ts';
import { writeRequestSchema } from '../../src/contract/item-messages.ts';
import { limits } from '../../src/contract/limits.ts';
import { openApiDocument } from '../../src/contract/open-api-document.ts';
import { problemExample } from '../../src/contract/open-api-responses.ts';
import { problemsOf } from '../../src/contract/operation.ts';
import { operations } from '../../src/contract/operations.ts';
import { problemSchema } from '../../src/contract/problem-document.ts';
import { problemCodes, problemDefinition, problemType } from '../../src/contract/problems.ts';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { decodeSession } from '../../src/domain/session.ts';
import { decodeCursor } from '../../src/http/list-cursor.ts';
import { at, document, operationOf, references, writtenOperation } from './open-api-under-test.ts';

describe('openApiDocument()', () => {
  it('is an OpenAPI 3.1 document with title and version', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  });

  it('is no larger than anybody may be answered with', () => {
    const bytes = Buffer.byteLength(JSON.stringify(openApiDocument()));
    expect(bytes).toBeLessThanOrEqual(limits.openApiBytesMax);
  });

  it('lists exactly the routes of the contract, each under its own operation id', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
      ),
    );
    const served = servedRoutes.map(
      ({ name, method, path }) => `${name}${method === 'HEAD' ? 'Head' : ''} ${method} ${path}`,
    );
    expect(listed.toSorted()).toStrictEqual(served.toSorted());
  });

  it('declares every parameter of every path template', () => {
    for (const { method, path } of servedRoutes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operationOf(path, method).parameters.filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name }) => name)).toStrictEqual(named);
      expect(declared.every(({ required }) => required)).toBe(true);
    }
  });

  it('promises the common headers with every response but those that API Gateway may give by itself', () => {
    for (const { method, path } of servedRoutes) {
      const {
        401: _noToken,
        403: _refused,
        429: throttled,
        ...responses
      } = operationOf(path, method).responses;
      expect(throttled).not.toHaveProperty('headers');
      expect(throttled?.content).toHaveProperty(['application/json', 'schema']);
      for (const response of Object.values(responses)) {
        expect(Object.keys(response.headers)).toEqual(
          expect.arrayContaining(['x-region', 'x-correlation-id', 'x-request-id']),
        );
        expect(response.description).not.toBe('');
      }
    }
  });

  it('declares the request headers that a route follows, each as a component that exists', () => {
    const { parameters } = openApiDocument().components as { parameters: Record<string, { name: string }> };
    for (const { name, method, path } of servedRoutes) {
      const followed = operations[name].requestHeaders ?? [];
      const refs = (writtenOperation(path, method).parameters as { $ref?: string }[]).flatMap(
        ({ $ref }) => $ref ?? [],
      );
      const all = ['x-correlation-id', 'traceparent', ...followed];
      expect(refs).toStrictEqual(all.map((each) => `#/components/parameters/${each}`));
      for (const each of all) {
        expect(parameters[each]).toMatchObject({ name: each, in: 'header', required: false });
      }
    }
  });

  it.each(['/items/{pk}/{sk}', '/control/evacuations/{region}'])('gives a 204 of %s no content', (path) => {
    expect(operationOf(path, 'DELETE').responses['204']).toBeDefined();
    expect(operationOf(path, 'DELETE').responses['204']).not.toHaveProperty('content');
  });

  it('asks for a signature where IAM decides who may call, and tells what happens without', () => {
    expect(document.components.securitySchemes?.sigv4).toMatchObject({
      ...{ type: 'apiKey', in: 'header', name: 'authorization' },
      'x-amazon-apigateway-authtype': 'awsSigv4',
    });
    for (const { method, path } of servedRoutes.filter(({ authorization }) => authorization === 'iam')) {
      const { security, responses } = operationOf(path, method);
      expect(security).toStrictEqual([{ sigv4: [] }]);
      expect(Object.keys(responses)).toContain('403');
      expect(Object.keys(responses)).not.toContain('401');
    }
  });

  it('takes a token where a stage may ask for one, and tells what happens without', () => {
    expect(document.components.securitySchemes?.token).toMatchObject({ type: 'http', scheme: 'bearer' });
    for (const { method, path, authorization, bucket } of servedRoutes.filter(
      (each) => each.authorization !== 'iam',
    )) {
      const { security, responses } = operationOf(path, method);
      expect(security).toStrictEqual(authorization === 'token' ? [{}, { token: [] }] : []);
      expect('401' in responses).toBe(authorization === 'token');
      expect('403' in responses).toBe(bucket === 'traffic');
    }
  });

  it('shows the edge on ordinary traffic alone, beside what API Gateway answers with the same status', () => {
    for (const { method, path, bucket, authorization } of servedRoutes) {
      const { 403: refused } = operationOf(path, method).responses;
      const examples = refused?.content['application/problem+json']?.examples ?? {};
      expect('edge-required' in examples).toBe(bucket === 'traffic');
      expect('application/json' in (refused?.content ?? {})).toBe(authorization !== 'none');
    }
  });

  it('says what an evacuation takes', () => {
    const { requestBody } = operationOf('/control/evacuations/{region}', 'PUT');
    expect(requestBody?.content['application/json']?.schema).toMatchObject({
      properties: {
        reason: { type: 'string', minLength: 1, maxLength: 200 },
        expiresInSeconds: { type: 'integer', minimum: 60, maximum: 86_400 },
      },
      required: ['reason', 'expiresInSeconds'],
    });
  });

  it('takes its own example of a session', () => {
    expect(decodeSession(sessionExample, ['eu-west-1'])).toHaveLength(1);
  });

  it('shows every problem of an operation under its status, with an example', () => {
    for (const { name, method, path, bucket } of servedRoutes) {
      for (const code of [...operations[name].problems, ...problemsOf(bucket)]) {
        const response = operationOf(path, method).responses[problemDefinition(code).status];
        const examples = response?.content['application/problem+json']?.examples;
        expect(examples?.[code]).toStrictEqual({ $ref: `#/components/examples/${code}` });
      }
    }
  });

  it.each(problemCodes)('has a valid example for %s', (code) => {
    const example = problemExample(code);
    expect(z.parse(problemSchema, example)).toStrictEqual(example);
    expect(example).toMatchObject({ type: problemType(code), status: problemDefinition(code).status });
  });

  it('resolves every reference', () => {
    const pointers = references(document);
    expect(pointers.length).toBeGreaterThan(50);
    expect(pointers.filter((pointer) => at(pointer) === undefined)).toStrictEqual([]);
  });

  it('says what a write takes: bounds, defaults, and that everything may be left out', () => {
    const schema = operationOf('/write', 'POST').requestBody?.content['application/json']?.schema;
    expect(schema).toMatchObject({
      type: 'object',
      properties: {
        pk: { type: 'string', default: 'demo', minLength: 1, maxLength: 64 },
        ttlSeconds: { anyOf: [{ type: 'integer', minimum: 1, maximum: 31_536_000 }, { type: 'null' }] },
      },
    });
    expect(schema).not.toHaveProperty('required');
  });

  it('bounds no correlation id, as none is refused, and wants a body where there is one', () => {
    for (const { method, path } of servedRoutes) {
      const { parameters, requestBody } = operationOf(path, method);
      expect(parameters.find(({ name }) => name === 'x-correlation-id')?.schema).toStrictEqual({
        type: 'string',
      });
      if (requestBody !== undefined) expect(requestBody.required).toBe(true);
    }
  });

  it('promises the headers that every answer of a function has, and no other', () => {
    const certain = Object.entries(document.components.headers ?? {}).filter(
      ([, header]) => 'required' in header,
    );
    expect(certain.map(([name]) => name)).toStrictEqual(['x-region', 'x-correlation-id', 'x-request-id']);
  });

  it('says what a list takes', () => {
    const query = operationOf('/items/{pk}', 'GET').parameters.filter(
      (parameter) => parameter.in === 'query',
    );
    expect(query).toMatchObject([
      { name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      { name: 'cursor', required: false, schema: { type: 'string' } },
    ]);
  });

  it('has examples that the schemas accept', () => {
    expect(z.parse(itemSchema, itemExample)).toStrictEqual(itemExample);
    expect(z.parse(evacuationSchema, evacuationExample)).toStrictEqual(evacuationExample);
    expect(z.parse(evacuationAuditSchema, evacuationAuditExample)).toStrictEqual(evacuationAuditExample);
    expect(z.parse(writeRequestSchema, writeRequestExample)).toStrictEqual(writeRequestExample);
    expect(decodeCursor('items:demo', cursorExample)).toBe(itemExample.sk);
    expect(correlationIdExample).toHaveLength(36);
  });
});
