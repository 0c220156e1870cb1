// Goal: no function may do what its code does not, nor is it refused what it does. Method: calls are read out of the
// code that is bundled, rights out of the templates, and requests are judged as IAM would.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AcceptedRight,
  rightsWithoutResource,
  uncalledRights,
  unreachedCalls,
} from './accepted-rights.ts';
import { calledActions } from './called-actions.ts';
import { isAllowed, type Statement } from './evaluate-policy.ts';
import { type ExaminedBackend, examineCombination } from './examine-combination.ts';
import { flagMatrix } from './flag-matrix.ts';
import { allStatements, functionStatements } from './function-statements.ts';

const NAMES = ['health', 'control', 'api', 'authorizer', 'conflicts', 'heartbeat', 'stream-lookup'];

let backends: ExaminedBackend[];

beforeAll(async () => {
  const [everything] = flagMatrix.filter(({ name }) => name === 'all');
  if (everything === undefined) throw new Error('the matrix has no combination with everything on');
  backends = await examineCombination(everything);
}, 240_000);

const isListed = (list: readonly AcceptedRight[], name: string, action: string) =>
  list.some((right) => right.action === action && (right.name === name || right.name === '*'));

const allowedActions = (statements: readonly Statement[]) =>
  new Set(statements.filter(({ effect }) => effect === 'Allow').flatMap(({ actions }) => actions));

test('there is no function whose rights are not looked at', () => {
  for (const { platform, region } of backends)
    expect([...functionStatements(platform, region).keys()].sort()).toEqual([...NAMES].sort());
});

describe.each(NAMES)('%s', (name) => {
  test('its role allows what its code calls, and nothing else', async () => {
    const called = await calledActions(name);
    for (const { platform, region } of backends) {
      const allowed = allowedActions(functionStatements(platform, region).get(name) ?? []);
      const missing = [...called].filter((action) => !allowed.has(action));
      const unused = [...allowed].filter((action) => !called.has(action));
      expect(missing.filter((action) => !isListed(unreachedCalls, name, action))).toEqual([]);
      expect(unused.filter((action) => !isListed(uncalledRights, name, action))).toEqual([]);
      // A reason that nothing needs any more would hide the next difference.
      const own = (list: readonly AcceptedRight[]) => list.filter((right) => right.name === name);
      expect(own(unreachedCalls).filter(({ action }) => !missing.includes(action))).toEqual([]);
      expect(own(uncalledRights).filter(({ action }) => !unused.includes(action))).toEqual([]);
    }
  });
});

test('no statement allows every action, nor every resource but where IAM knows none', () => {
  const known = new Set(rightsWithoutResource.map(({ action }) => action));
  const wide = backends.flatMap(({ root, platform, region }) =>
    [root, platform].flatMap((template) =>
      allStatements(template, region)
        .filter(([, { effect }]) => effect === 'Allow')
        .filter(
          ([, { actions, resources }]) =>
            actions.some((action) => action.includes('*')) ||
            (resources.includes('*') && !actions.every((action) => known.has(action))),
        )
        .map(([id]) => id),
    ),
  );
  expect(wide).toEqual([]);
});

describe('requests', () => {
  const table = (region: string) => `arn:aws:dynamodb:${region}:111122223333:table/gsp-main-items`;
  const peerOf = (region: string) => backends.find((other) => other.region !== region)?.region ?? '';

  function may(name: string, action: string, key: (region: string) => string): boolean[] {
    return backends.map(({ platform, region }) =>
      isAllowed(functionStatements(platform, region).get(name) ?? [], {
        action: `dynamodb:${action}`,
        resource: table(region),
        context: { 'dynamodb:LeadingKeys': [key(region)] },
      }),
    );
  }

  test.each([
    ['api', 'PutItem', 'a', true],
    ['api', 'UpdateItem', 'sys#counter#a', true],
    ['api', 'Query', 'sys#conflicts', true],
    ['api', 'Query', 'sys#evacuation-audit', true],
    ['api', 'PutItem', 'sys#conflict#a', false],
    ['api', 'UpdateItem', 'sys#conflicts', false],
    ['api', 'PutItem', 'sys#evacuation-audit', false],
    ['api', 'DeleteItem', 'a', false],
    ['api', 'Scan', 'a', false],
    ['control', 'PutItem', 'sys#evacuation-audit', true],
    ['control', 'PutItem', 'a', false],
    ['control', 'GetItem', 'a', false],
    ['health', 'Query', 'sys#evacuation-audit', true],
    ['health', 'PutItem', 'sys#evacuation-audit', false],
    ['health', 'Query', 'a', false],
    ['conflicts', 'PutItem', 'sys#conflict#a', true],
    ['conflicts', 'UpdateItem', 'sys#counter#a', true],
    ['conflicts', 'PutItem', 'a', false],
    ['conflicts', 'PutItem', 'sys#evacuation-audit', false],
    ['stream-lookup', 'GetItem', 'a', false],
  ])('%s: %s of %s: %s', (name, action, key, expected) => {
    expect(may(name, action, () => key)).toEqual([expected, expected]);
  });

  test.each([
    ['health', 'PutItem'],
    ['health', 'GetItem'],
    ['control', 'PutItem'],
  ])("%s: %s of its own Region's canary, and not of another's", (name, action) => {
    expect(may(name, action, (region) => `sys#health#${region}`)).toEqual([true, true]);
    expect(may(name, action, (region) => `sys#health#${peerOf(region)}`)).toEqual([false, false]);
  });

  test("api: PutItem of no Region's canary", () => {
    expect(may('api', 'PutItem', (region) => `sys#health#${region}`)).toEqual([false, false]);
  });

  test('api: the value of the two secrets of its own Region, and of no other', () => {
    const may = (secretId: string, from: (region: string) => string = (region) => region) =>
      backends.map(({ platform, region }) =>
        isAllowed(functionStatements(platform, region).get('api') ?? [], {
          action: 'secretsmanager:GetSecretValue',
          resource: `arn:aws:secretsmanager:${from(region)}:111122223333:secret:${secretId}`,
          context: {},
        }),
      );
    for (const slot of ['a', 'b']) {
      expect(may(`gsp-main/origin-secret-${slot}-AbCd12`)).toEqual([true, true]);
      expect(may(`gsp-main/origin-secret-${slot}-AbCd12`, peerOf)).toEqual([false, false]);
      expect(may(`gsp-main/origin-secret-${slot}-old-AbCd12`)).toEqual([false, false]);
    }
    expect(may('gsp-main/origin-secret-c-AbCd12')).toEqual([false, false]);
    expect(may('gsp-dev/origin-secret-a-AbCd12')).toEqual([false, false]);
  });

  test("nobody reaches another table, nor another Region's replica", () => {
    for (const { platform, region } of backends)
      for (const [name, statements] of functionStatements(platform, region))
        for (const action of allowedActions(statements)) {
          const context = { 'dynamodb:LeadingKeys': ['a'] };
          const elsewhere = [
            `${table(region)}-2`,
            table(peerOf(region)),
            table(region).replace('1111', '2222'),
          ];
          for (const resource of elsewhere)
            expect(isAllowed(statements, { action, resource, context }), `${name} ${action}`).toBe(false);
        }
  });
});
