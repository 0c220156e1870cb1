import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { originSecretValue } from '../../../src/infra/edge/origin-secrets.ts';
import { edgeTemplate } from './edge-fixture.ts';

const REGIONS = ['eu-west-1', 'eu-central-1', 'eu-west-3'] as const;

describe('OriginSecrets', () => {
  test.each([
    ['one Region', ['eu-west-1'], ['eu-west-1']],
    ['two Regions', ['eu-west-1', 'eu-central-1'], ['eu-west-1', 'eu-central-1']],
    ['three Regions', [...REGIONS], [...REGIONS]],
    ['its own Region among them', ['us-east-1', 'eu-west-1'], ['eu-west-1']],
    ['none but its own Region', ['us-east-1'], undefined],
  ] as const)('are two, replicated to %s', (_, [primary, ...others], replicas) => {
    const template = edgeTemplate({}, { regions: [primary, ...others] });
    const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secrets.map(({ Properties }) => Properties.Name)).toEqual([
      'shop-main/origin-secret-a',
      'shop-main/origin-secret-b',
    ]);
    for (const { Properties } of secrets)
      expect(Properties.ReplicaRegions).toEqual(replicas?.map((Region) => ({ Region })));
  });

  test('are made up by Secrets Manager, so that no template holds one, and go with their stack', () => {
    for (const { Properties, DeletionPolicy } of Object.values(
      edgeTemplate().findResources('AWS::SecretsManager::Secret'),
    )) {
      expect(Properties).not.toHaveProperty('SecretString');
      expect(Properties.GenerateSecretString).toEqual({ PasswordLength: 48, ExcludePunctuation: true });
      expect(DeletionPolicy).toBe('Delete');
    }
  });
});

test.each(['a', 'b'] as const)('originSecretValue() names slot %s and not its value', (slot) => {
  const stack = new Stack(new App(), 'Stack');
  const value = originSecretValue({ project: 'shop', stage: 'main' }, slot).unsafeUnwrap();
  expect(stack.resolve(value)).toBe(
    `{{resolve:secretsmanager:shop-main/origin-secret-${slot}:SecretString}}`,
  );
});
