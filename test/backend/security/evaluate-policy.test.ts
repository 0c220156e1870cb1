// Goal: rights are judged as IAM judges them; where this cannot, it must not let pass.
import { expect, test } from 'vitest';
import { isAllowed, type Statement } from './evaluate-policy.ts';
import { matchesPattern } from './matches-pattern.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/items';
const statement = (changes: Partial<Statement> = {}): Statement => ({
  effect: 'Allow',
  actions: ['dynamodb:GetItem'],
  resources: [TABLE],
  conditions: {},
  ...changes,
});
const asking = (action: string, ...keys: string[]) => ({
  action,
  resource: TABLE,
  context: { 'dynamodb:LeadingKeys': keys },
});
const onKeys = (operator: string, ...keys: string[]) => ({ [operator]: { 'dynamodb:LeadingKeys': keys } });

test.each([
  ['no statement', [], false],
  ['an allowance', [statement()], true],
  ['another action', [statement({ actions: ['dynamodb:PutItem'] })], false],
  ['an action in other letters', [statement({ actions: ['DynamoDB:getitem'] })], true],
  ['an action by pattern', [statement({ actions: ['dynamodb:Get*'] })], true],
  ['another resource', [statement({ resources: [`${TABLE}-2`] })], false],
  ['a resource in other letters', [statement({ resources: [TABLE.toUpperCase()] })], false],
  ['an allowance and a denial', [statement(), statement({ effect: 'Deny' })], false],
  ['a denial of something else', [statement(), statement({ effect: 'Deny', resources: ['x'] })], true],
] as const)('isAllowed() judges %s', (_, statements, expected) => {
  expect(isAllowed(statements, asking('dynamodb:GetItem'))).toBe(expected);
});

test.each([
  ['ForAllValues:StringEquals', ['a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], false],
  ['ForAllValues:StringEquals', [], true],
  ['ForAllValues:StringLike', ['a1'], true],
  ['ForAllValues:StringEquals', ['a1'], false],
  ['ForAnyValue:StringLike', ['b', 'a1'], true],
  ['ForAnyValue:StringLike', ['b'], false],
  ['ForAnyValue:StringLike', [], false],
  ['StringLike', [], false],
] as const)('isAllowed() judges %s with the keys %j', (operator, keys, expected) => {
  const pattern = operator.endsWith('Like') ? 'a*' : 'a';
  const statements = [statement({ conditions: onKeys(operator, pattern) })];
  expect(isAllowed(statements, asking('dynamodb:GetItem', ...keys))).toBe(expected);
});

test.each(['StringNotEquals', 'ForAllValues:ArnLike', 'ForSomeValues:StringLike', 'StringEqualsIfExists'])(
  'isAllowed() refuses to judge the operator %s',
  (operator) => {
    const statements = [statement({ conditions: onKeys(operator, 'a') })];
    expect(() => isAllowed(statements, asking('dynamodb:GetItem', 'a'))).toThrow(/Cannot evaluate/);
  },
);

test.each([
  ['a.c', 'abc', false],
  ['a?c', 'abc', true],
  ['*', '', true],
  ['a*', 'ba', false],
  ['[*]', '[x\ny]', true],
])('matchesPattern() compares %j with %j', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});
