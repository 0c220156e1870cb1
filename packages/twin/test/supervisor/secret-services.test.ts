import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { planPorts } from '../../src/supervisor/port-plan.ts';
import { startSecretServices } from '../../src/supervisor/secret-services.ts';
import { resolvedRegion } from '../assembly/assembly-fixture.ts';
import { dataFolder, HOME, NAME, secretDefinition } from '../secrets-manager/secrets-fixture.ts';

const WEST = 'eu-west-1';
const JSON_SECRET = secretDefinition({
  name: 'json',
  origin: { kind: 'given', text: '{"key":"inner","number":7}' },
});

async function started(secretsPort = 0) {
  const services = await startSecretServices({
    regions: [resolvedRegion(WEST, { secrets: [secretDefinition(), JSON_SECRET] })],
    plan: { ...planPorts(1_024, [WEST]), secretsPort },
    dataDir: dataFolder(),
    statusOf: (region) => (region === WEST ? 'running' : undefined),
  });
  onTestFinished(() => services.close());
  return services;
}

describe('SecretServices.resolve()', () => {
  test('puts values in the place of references, by name and by ARN, and leaves the rest', async () => {
    const { resolve } = await started();
    const byName = resolve(`a {{resolve:secretsmanager:${NAME}:SecretString}} b`);
    expect(byName).toMatch(/^a [a-cA-C]{40} b$/);
    const arn = `arn:aws:secretsmanager:${HOME}:123456789012:secret:${NAME}-abc123`;
    expect(resolve(`a {{resolve:secretsmanager:${arn}:SecretString:::}} b`)).toBe(byName);
    expect(resolve('{{resolve:secretsmanager:json:SecretString:number}}')).toBe('7');
    expect(resolve('plain {{resolve:ssm:/a}}')).toBe('plain {{resolve:ssm:/a}}');
  });

  test.each([
    ['a secret that no template has', '{{resolve:secretsmanager:other:SecretString}}'],
    ['a member that the value has not', '{{resolve:secretsmanager:json:SecretString:other}}'],
    ['a member of a value that is no JSON', `{{resolve:secretsmanager:${NAME}:SecretString:key}}`],
    ['a version that it never had', '{{resolve:secretsmanager:json:SecretString::AWSPREVIOUS}}'],
  ])('throws DefinitionUnusable, without a value, for %s', async (_, text) => {
    const { resolve } = await started();
    const act = () => resolve(text);
    expect(act).toThrow(expect.objectContaining({ code: 'DefinitionUnusable' }));
    expect(act).not.toThrow('inner');
  });

  test('knows a secret that a changed definition brings, and keeps the value of one that stays', async () => {
    const services = await started();
    const text = `{{resolve:secretsmanager:${NAME}:SecretString}}`;
    const before = services.resolve(text);
    const added = secretDefinition({ name: 'added', origin: { kind: 'given', text: 'new' } });
    services.swap([resolvedRegion(WEST, { secrets: [secretDefinition(), added] })]);
    expect([services.resolve(text), services.resolve('{{resolve:secretsmanager:added}}')]).toEqual([
      before,
      'new',
    ]);
    expect(() => services.resolve('{{resolve:secretsmanager:json}}')).toThrow('no such secret value');
    expect(services.state().secrets.map(({ name }) => name)).toEqual([NAME, 'added']);
  });
});

test('startSecretServices() throws PortInUse, naming it, when the port is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.close();
  });
  const { port } = other.address() as AddressInfo;
  await expect(started(port)).rejects.toMatchObject({
    code: 'PortInUse',
    message: expect.stringContaining(String(port)),
  });
});
