import { describe, expect, test } from 'vitest';
import { judgeAnswer } from './judge-answer.ts';
import { readAnswers } from './read-answers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_TYPE = { 'content-type': 'application/problem+json' };
const PROBLEM = {
  type: 'urn:problem-type:gsp:table-timeout',
  title: 'Table too slow',
  status: 503,
  detail: 'Cannot read the item: the table did not answer in time',
  retryable: true,
  remedy: 'Repeat the request.',
  correlationId: 'c',
};

const problem = (changes: object, status = 400) => ({
  status,
  headers: PROBLEM_TYPE,
  body: JSON.stringify({ ...PROBLEM, status, ...changes }),
});

describe('judgeAnswer()', () => {
  test.each([
    ['an answer', { status: 200, headers: JSON_TYPE, body: '{"ok":true}' }],
    ['a problem', problem({})],
    ["the gateway's own answer", { status: 404, headers: JSON_TYPE, body: '{"message":"Not Found"}' }],
    ['no content', { status: 204, headers: {}, body: '' }],
    ['a refusal of the parser', { status: 400, headers: { connection: 'close' }, body: '' }],
    ['a 503 that may be repeated', { ...problem({}, 503), headers: { ...PROBLEM_TYPE, 'retry-after': '1' } }],
  ])('finds nothing wrong with %s', (_, answer) => {
    expect(judgeAnswer(answer)).toEqual([]);
  });

  test.each([
    ['a 500', { status: 500, headers: JSON_TYPE, body: '{"message":"Internal Server Error"}' }],
    ['a 502 of the global endpoint', problem({ reason: 'no-valid-answer' }, 502)],
    ['a 503 that says nothing of repeating', problem({ retryable: false }, 503)],
    ['a page', { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' }],
    ['an answer without a body that leaves the connection open', { status: 417, headers: {}, body: '' }],
    ['another status than that of its problem', { ...problem({}), status: 404 }],
    ['a problem without a remedy', problem({ remedy: undefined })],
    [
      'an error with more than a message',
      { status: 400, headers: JSON_TYPE, body: '{"message":"a","stack":"b"}' },
    ],
    ['a stack trace', problem({ detail: 'x\n    at Object.<anonymous> (file)' })],
    ['a module of Node.js', problem({ detail: 'at node:internal/process' })],
    ['a path', problem({ detail: 'ENOENT: /var/task/index.mjs' })],
    ['an ARN', problem({ detail: 'arn:aws:dynamodb:eu-west-1:1:table/x' })],
    ['the name of a table', problem({ detail: 'gsp-main-items is throttled' })],
    ['the words of a parser', problem({ detail: 'Unexpected token } in JSON at position 3' })],
  ])('finds %s', (_, answer) => {
    expect(judgeAnswer(answer)).not.toEqual([]);
  });
});

describe('readAnswers()', () => {
  test('reads answers one after the other, with a length and in chunks, and leaves half of one', () => {
    const wire = [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
      'HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n',
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal',
    ];
    const answers = readAnswers(Buffer.from(wire.join('')));
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, '{}'],
      [400, '[]'],
      [204, ''],
    ]);
  });

  test('takes a body where there should be none for what it is: not an answer', () => {
    expect(() => readAnswers(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n{}\r\n\r\n'))).toThrow(
      'not an answer',
    );
  });
});
