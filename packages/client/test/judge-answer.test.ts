import { problemCodes, problemDefinition, problemType } from '@gsp/platform/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../src/judge-answer.ts';
import { problem } from './support/scripted-transport.ts';

const asked = { operation: 'getItem', region: 'eu-west-1', correlationId: 'c-9' } as const;

function kindOf(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  return judgeAnswer({ status, headers, body }, asked).kind;
}

/** What each problem of the contract means, beside those that are refused. */
const notRefused: Readonly<Record<string, string>> = {
  'item-contended': 'contended',
  'replica-behind': 'behind',
  'edge-unverifiable': 'failed',
  'table-throttled': 'failed',
  'table-timeout': 'failed',
  'table-unavailable': 'failed',
  'internal-error': 'failed',
};

describe('judgeAnswer()', () => {
  it.each(problemCodes.map((code) => [code, notRefused[code] ?? 'refused'] as const))(
    'takes the problem %s for %s, with its code and remedy',
    (code, kind) => {
      const { response } = problem('eu-central-1', code);
      const judgement = judgeAnswer(response ?? { status: 0, headers: {}, body: '' }, asked);
      expect(judgement).toMatchObject({
        kind,
        problem: {
          code,
          status: problemDefinition(code).status,
          region: 'eu-central-1',
          remedy: problemDefinition(code).remedy,
          problem: { type: problemType(code) },
        },
      });
    },
  );

  it.each([
    [429, '{"message":"Too Many Requests"}', 'failed'],
    [503, '{"message":"Service Unavailable"}', 'failed'],
    [504, '', 'failed'],
    [403, '{"message":"Forbidden"}', 'refused'],
    [404, '{"message":"Not Found"}', 'refused'],
    [418, 'a teapot', 'refused'],
  ])('takes an answer of the gateway alone, %i %s, for %s', (status, body, kind) => {
    const judgement = judgeAnswer({ status, headers: {}, body }, asked);
    expect(judgement).toMatchObject({
      kind,
      problem: { code: 'unknown', status, region: 'eu-west-1', correlationId: 'c-9', problem: undefined },
    });
  });

  it('takes no other answer than that of the platform for good', () => {
    const region = { 'x-region': 'eu-west-1' };
    expect(kindOf(200, '{"item":{}}', region)).toBe('good');
    expect(kindOf(204, '', region)).toBe('good');
    expect(kindOf(204, '')).toBe('failed');
    for (const body of ['', 'null', '[]', '1', '"text"', '{"item":', '<html>']) {
      expect(kindOf(200, body, region)).toBe('failed');
    }
    expect(
      judgeAnswer({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' }, asked),
    ).toMatchObject({
      error: {
        name: 'InvalidAnswerError',
        message: expect.stringContaining(
          'Cannot getItem: eu-west-1 answered 200 with text/html, 3 characters',
        ),
      },
    });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.oneof(fc.string(), fc.json()),
        fc.boolean(),
        (status, body, has) => {
          const headers: Record<string, string> = has ? { 'x-region': 'eu-west-1' } : {};
          expect(['good', 'failed', 'refused', 'contended', 'behind']).toContain(
            kindOf(status, body, headers),
          );
        },
      ),
    );
  });
});
