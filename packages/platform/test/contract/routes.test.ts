import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/contract/open-api-document.ts';
import { operations } from '../../src/contract/operations.ts';
import { problemCodes, problemDefinition, problemType } from '../../src/contract/problems.ts';
import { probePathPrefix, routes } from '../../src/contract/routes.ts';

describe('routes', () => {
  it('have unique names and route keys, and an operation each', () => {
    const names = routes.map(({ name }) => name);
    expect(new Set(names).size).toBe(routes.length);
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
    expect(Object.keys(operations).toSorted()).toStrictEqual(names.toSorted());
  });

  it('put exactly what tells how a region is into the health bucket', () => {
    const probes = routes.filter(({ bucket }) => bucket === 'health').map(({ path }) => path);
    expect(probes).toStrictEqual(['/health', '/health/live', '/control/evacuations/{region}']);
  });

  it('do not list what Route 53 asks, and nothing else answers under its path', () => {
    const paths = routes.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith(probePathPrefix))).toStrictEqual(['/health/live']);
    expect(JSON.stringify(openApiDocument())).not.toContain('{probe}');
  });

  it('let operators alone call what changes where traffic goes', () => {
    const guarded = routes.filter(({ authorization }) => authorization === 'iam');
    expect(guarded).toStrictEqual(routes.filter(({ bucket }) => bucket === 'control'));
    expect(guarded.map(({ method, path }) => `${method} ${path}`)).toStrictEqual([
      'GET /control/evacuations',
      'PUT /control/evacuations/{region}',
      'DELETE /control/evacuations/{region}',
    ]);
  });

  it('let anyone call what probes ask and what describes the API, and nothing else', () => {
    const open = routes.filter(({ authorization }) => authorization === 'none');
    const probes = routes.filter(({ bucket }) => bucket === 'health');
    expect(open.map(({ path }) => path)).toStrictEqual([...probes.map(({ path }) => path), '/openapi.json']);
  });

  it('take a token for all other traffic: to read for GET, to write for the rest', () => {
    const ofTokens = routes.filter((route) => route.authorization === 'token');
    expect(ofTokens.length).toBeGreaterThan(0);
    for (const { bucket, method, scope } of ofTokens) {
      expect(bucket).toBe('traffic');
      expect(scope).toBe(method === 'GET' ? 'read' : 'write');
    }
  });
});

describe('problems', () => {
  it.each(problemCodes)('%s has a title, a remedy that is a sentence, and a type of its own', (code) => {
    const { title, remedy } = problemDefinition(code);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
    expect(problemType(code)).toBe(`urn:problem-type:gsp:${code}`);
  });

  it.each(problemCodes)('%s says how long to wait exactly when its status is 429 or 503', (code) => {
    const { status, retryable, retryAfterSeconds } = problemDefinition(code);
    expect(retryAfterSeconds !== undefined).toBe(status === 429 || status === 503);
    const mayPass = code === 'item-contended' || status === 429 || status >= 500;
    expect(retryable).toBe(mayPass);
  });
});
