import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SecretStore } from '../../src/secrets-manager/secret-store.ts';
import { dataFolder, ELSEWHERE, HOME, NAME, REPLICA, secretDefinition } from './secrets-fixture.ts';

function opened(folder = dataFolder()): { store: SecretStore; folder: string } {
  const store = new SecretStore(folder, () => 1_000);
  store.apply([secretDefinition()]);
  return { store, folder };
}

const textIn = (store: SecretStore, region = HOME) => store.get({ region, secretId: NAME }).text;

describe('SecretStore', () => {
  test('gives every region the same value under an ARN of its own', () => {
    const { store } = opened();
    const [home, replica] = [HOME, REPLICA].map((region) => store.get({ region, secretId: NAME }));
    expect(home?.text).toMatch(/^[a-cA-C]{40}$/);
    expect(replica).toEqual({
      ...home,
      arn: `arn:aws:secretsmanager:${REPLICA}:123456789012:secret:${NAME}-abc123`,
    });
    expect(home).toMatchObject({ stages: ['AWSCURRENT'], createdAtMs: 1_000 });
  });

  test('finds a secret by its ARN too, whole or without what stands behind the name', () => {
    const { store } = opened();
    const { arn, text } = store.get({ region: REPLICA, secretId: NAME });
    for (const secretId of [arn, arn.slice(0, -'-abc123'.length)])
      expect(store.get({ region: REPLICA, secretId }).text).toBe(text);
    expect(() => store.get({ region: HOME, secretId: arn })).toThrow("can't find the specified secret");
  });

  test.each([
    ['in a region without a replica', { region: ELSEWHERE, secretId: NAME }],
    ['of another name', { region: HOME, secretId: `${NAME}x` }],
    ['of another version', { region: HOME, secretId: NAME, versionId: 'v' }],
    ['of a stage that it never had', { region: HOME, secretId: NAME, versionStage: 'AWSPREVIOUS' }],
  ])('throws ResourceNotFoundException for a secret %s', (_, query) => {
    const { store } = opened();
    expect(() => store.get(query)).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });

  test('keeps values over a restart, for the owner’s eyes only, and makes those that are new', () => {
    const { store, folder } = opened();
    const before = textIn(store);
    const file = join(folder, 'secrets.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const again = new SecretStore(folder);
    again.apply([secretDefinition(), secretDefinition({ name: 'other' })]);
    expect(textIn(again)).toBe(before);
    expect(again.get({ region: HOME, secretId: 'other' }).text).not.toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secrets.json']);
  });

  test('answers for a secret no more that is gone from the templates', () => {
    const { store } = opened();
    store.apply([]);
    expect(() => textIn(store)).toThrow("can't find the specified secret");
    expect(store.list()).toEqual([]);
  });

  test('lists names and places, and no value', () => {
    const { store } = opened();
    expect(store.list()).toEqual([{ name: NAME, homeRegion: HOME, replicaRegions: [REPLICA] }]);
  });
});

describe('SecretStore.put()', () => {
  test('makes a value the current one everywhere, and the one before the previous one, also over a restart', () => {
    const { store, folder } = opened();
    const first = textIn(store);
    store.put({ region: HOME, secretId: NAME, text: 'second' });
    store.put({ region: HOME, secretId: NAME, text: 'third' });
    const again = new SecretStore(folder);
    again.apply([secretDefinition()]);
    for (const each of [store, again]) {
      expect(textIn(each, REPLICA)).toBe('third');
      const previous = each.get({ region: REPLICA, secretId: NAME, versionStage: 'AWSPREVIOUS' });
      expect(previous).toMatchObject({ text: 'second', stages: ['AWSPREVIOUS'] });
      expect(each.get({ region: HOME, secretId: NAME, versionId: previous.versionId }).text).toBe('second');
    }
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain(first);
  });

  test('is refused on a replica', () => {
    const { store } = opened();
    const act = () => store.put({ region: REPLICA, secretId: NAME, text: 'x' });
    expect(act).toThrow(expect.objectContaining({ code: 'InvalidRequestException' }));
    expect(act).toThrow(HOME);
  });

  test('takes a repeated request for the same, and refuses another value under its token', () => {
    const { store } = opened();
    const request = { region: HOME, secretId: NAME, text: 'second', token: 't'.repeat(32) };
    const first = store.put(request);
    store.put({ ...request, text: 'third', token: 'u'.repeat(32) });
    expect(store.put(request)).toEqual({ ...first, stages: ['AWSPREVIOUS'] });
    expect(textIn(store)).toBe('third');
    expect(() => store.put({ ...request, text: 'other' })).toThrow(
      expect.objectContaining({ code: 'ResourceExistsException' }),
    );
  });
});

describe('SecretStore over a file that is not its own', () => {
  test.each([
    ['no JSON', 'top secret {'],
    ['something else', '{"a":"top secret"}'],
  ])('throws DataDirectoryUnusable, without a word of it, for %s', (_, content) => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'secrets.json'), content);
    const act = () => new SecretStore(folder);
    expect(act).toThrow(expect.objectContaining({ code: 'DataDirectoryUnusable' }));
    expect(act).not.toThrow('top secret');
  });
});
