import { expect, test } from 'vitest';
import { replaceSecretReferences } from '../../src/secrets-manager/secret-reference.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-x1y2z3';

test.each<[string, object]>([
  ['a/b', { secretId: 'a/b' }],
  ['a/b:SecretString', { secretId: 'a/b' }],
  ['a/b:SecretString:::', { secretId: 'a/b' }],
  ['a/b:SecretString:key', { secretId: 'a/b', jsonKey: 'key' }],
  ['a/b:SecretString::AWSPREVIOUS', { secretId: 'a/b', versionStage: 'AWSPREVIOUS' }],
  ['a/b:SecretString:::v1', { secretId: 'a/b', versionId: 'v1' }],
  [ARN, { secretId: ARN }],
  [`${ARN}:SecretString:key::`, { secretId: ARN, jsonKey: 'key' }],
])('replaceSecretReferences() reads {{resolve:secretsmanager:%s}}', (reference, expected) => {
  const found: object[] = [];
  const text = `<{{resolve:secretsmanager:${reference}}}>`;
  expect(
    replaceSecretReferences(text, (each) => {
      found.push(each);
      return '$&';
    }),
  ).toBe('<$&>');
  expect(found).toEqual([expected]);
});

test('replaceSecretReferences() leaves other references and texts alone', () => {
  const text = '{{resolve:ssm:/a}} {{resolve:ssm-secure:b}} plain';
  expect(replaceSecretReferences(text, () => 'replaced')).toBe(text);
});
