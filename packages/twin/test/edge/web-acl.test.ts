import { describe, expect, test } from 'vitest';
import { createWebAcl } from '../../src/edge/web-acl.ts';
import type {
  BlockAction,
  SizeOperator,
  WebAclDefinition,
  WebAclRule,
} from '../../src/edge/web-acl-definition.ts';

const BLOCK: BlockAction = { kind: 'block', status: 429, headers: [], body: 'slower' };
const ALLOW = { kind: 'allow' } as const;
const COUNT = { kind: 'count' } as const;
const REQUEST = { sourceIp: '192.0.2.1', bodyBytes: 0 };

function aclOf(rules: readonly WebAclRule[], changes: Partial<WebAclDefinition> = {}) {
  const time = { nowMs: 0 };
  const definition = { name: 'acl', defaultAction: ALLOW, bodyBytesInspected: 1_000, rules, ...changes };
  return { time, acl: createWebAcl(definition, () => time.nowMs) };
}

function rate(limit: number, action: WebAclRule['action'] = BLOCK): WebAclRule {
  return { name: 'rate', statement: { kind: 'rate', limit, windowSeconds: 60 }, action };
}

function size(
  bytes: number,
  {
    operator = 'GT' as SizeOperator,
    oversize = 'MATCH' as const,
    action = BLOCK as WebAclRule['action'],
  } = {},
): WebAclRule {
  return { name: 'size', statement: { kind: 'size', operator, bytes, oversize }, action };
}

describe('WebAcl.judge()', () => {
  test('refuses what one address asks beyond the limit, and lets it in again when it has slowed down', () => {
    const { acl, time } = aclOf([rate(2)]);
    const judged = [1, 2, 3].map(() => acl.judge(REQUEST)?.status);
    expect(judged).toEqual([undefined, undefined, 429]);
    expect(acl.judge({ ...REQUEST, sourceIp: '192.0.2.2' })).toBeUndefined();
    time.nowMs += 60_000;
    expect(acl.judge(REQUEST)).toBeUndefined();
    expect(acl.report()).toEqual([{ name: 'rate', action: 'block', matched: 1 }]);
  });

  test('goes on to refuse while the refused requests themselves are too many', () => {
    const { acl, time } = aclOf([rate(2)]);
    for (let index = 0; index < 20; index += 1) {
      acl.judge(REQUEST);
      time.nowMs += 10_000;
    }
    expect(acl.judge(REQUEST)?.status).toBe(429);
  });

  test('only counts where the rule counts, and asks the next one', () => {
    const { acl } = aclOf([rate(0, COUNT), size(10, { action: COUNT })]);
    expect(acl.judge({ ...REQUEST, bodyBytes: 11 })).toBeUndefined();
    expect(acl.judge({ ...REQUEST, bodyBytes: 10 })).toBeUndefined();
    expect(acl.report()).toEqual([
      { name: 'rate', action: 'count', matched: 2 },
      { name: 'size', action: 'count', matched: 1 },
    ]);
  });

  test('stops at the first rule that allows or refuses', () => {
    const { acl } = aclOf([size(10, { action: ALLOW }), rate(0)]);
    expect(acl.judge({ ...REQUEST, bodyBytes: 11 })).toBeUndefined();
    expect(acl.judge(REQUEST)?.status).toBe(429);
  });

  test('refuses by default where the web ACL does', () => {
    const { acl } = aclOf([size(10, { action: ALLOW })], { defaultAction: BLOCK });
    expect(acl.judge(REQUEST)).toEqual(BLOCK);
    expect(acl.judge({ ...REQUEST, bodyBytes: 11 })).toBeUndefined();
  });

  test.each<[SizeOperator, readonly number[]]>([
    ['EQ', [10]],
    ['NE', [9, 11]],
    ['LE', [9, 10]],
    ['LT', [9]],
    ['GE', [10, 11]],
    ['GT', [11]],
  ])('compares sizes with %s', (operator, matching) => {
    const { acl } = aclOf([size(10, { operator })]);
    const refused = [9, 10, 11].filter((bodyBytes) => acl.judge({ ...REQUEST, bodyBytes }) !== undefined);
    expect(refused).toEqual(matching);
  });

  test.each([
    ['MATCH', true],
    ['NO_MATCH', false],
    ['CONTINUE', false],
  ] as const)('goes by %s for a body longer than what is inspected', (oversize, isRefused) => {
    const rule = {
      ...size(2_000),
      statement: { kind: 'size', operator: 'GT', bytes: 2_000, oversize },
    } as const;
    const { acl } = aclOf([rule]);
    expect(acl.judge({ ...REQUEST, bodyBytes: 3_000 }) !== undefined).toBe(isRefused);
    expect(acl.judge({ ...REQUEST, bodyBytes: 1_000 })).toBeUndefined();
  });
});
