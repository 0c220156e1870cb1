import { describe, expect, it } from 'vitest';
import { PlatformError } from '../../src/domain/platform-error.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/http-message.ts';
import { requestLogLine } from '../../src/http/request-log-line.ts';

const request: HttpRequest = {
  routeKey: 'GET /items/{pk}/{sk}',
  method: 'GET',
  path: '/items/private-key/x',
  headers: { authorization: 'Bearer private-token' },
  pathParameters: { pk: 'private-key', sk: 'x' },
  query: {},
  body: { text: 'private-body', isBase64: false },
  correlationId: 'c\u2028"',
  requestId: 'r',
  signal: new AbortController().signal,
};

function lineFor(response: HttpResponse): string {
  return requestLogLine({
    request,
    response,
    region: 'eu-west-1',
    coldStart: false,
    durationMs: 3,
    lambdaRequestId: 'l',
    atMs: 0,
  });
}

describe('requestLogLine()', () => {
  it('is one line of JSON without anything private', () => {
    const line = lineFor({ status: 200, body: 'private-answer' });
    expect(line).not.toMatch(/\n|private/);
    expect(JSON.parse(line)).toMatchObject({ level: 'INFO', route: request.routeKey, durationMs: 3 });
  });

  it('follows causes, and cuts a ring of them', () => {
    const root = new Error('root');
    root.cause = new PlatformError('table-timeout', 'middle', { cause: root });
    const { error } = JSON.parse(lineFor({ status: 500, body: '', cause: root }));
    expect(error).toMatchObject({
      message: 'root',
      stack: expect.any(String),
      cause: { code: 'table-timeout' },
    });
    expect(JSON.stringify(error).match(/"message"/g)).toHaveLength(6);
  });

  it('lists several causes, errors or not', () => {
    const { level, error } = JSON.parse(lineFor({ status: 503, body: '', cause: [new Error('one'), 'two'] }));
    expect(level).toBe('ERROR');
    expect(error).toMatchObject([{ message: 'one' }, 'two']);
  });

  it.each([
    ['INFO', 200, undefined],
    ['INFO', 404, undefined],
    ['WARN', 200, new Error('a part has failed')],
    ['WARN', 404, new Error('not found')],
    ['ERROR', 500, new Error('a bug')],
    ['ERROR', 503, undefined],
  ])('has the level %s for status %d with the cause %s', (level, status, cause) => {
    const response = { status, body: '', ...(cause === undefined ? {} : { cause }) };
    expect(JSON.parse(lineFor(response)).level).toBe(level);
  });

  it('tells a caller’s fault by its code alone', () => {
    const cause = new PlatformError('malformed-body', 'Cannot', { cause: new SyntaxError('private-body') });
    expect(JSON.parse(lineFor({ status: 400, body: '', cause })).error).toStrictEqual({
      code: 'malformed-body',
    });
  });
});
