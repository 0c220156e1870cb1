import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SecretDefinition } from '../../src/secrets-manager/secret-definition.ts';

/** The home of the secret in these tests, a region with a replica, and one without. */
export const HOME = 'us-east-1';
export const REPLICA = 'eu-west-1';
export const ELSEWHERE = 'eu-north-1';
export const NAME = 'gsp-main/origin-secret-a';

/** A secret of 40 letters with one replica, unless told otherwise. */
export function secretDefinition(changes: Partial<SecretDefinition> = {}): SecretDefinition {
  return {
    name: NAME,
    accountId: '123456789012',
    arnSuffix: 'abc123',
    homeRegion: HOME,
    replicaRegions: [REPLICA],
    origin: { kind: 'generated', rule: { length: 40, alphabets: ['abc', 'ABC'], requireEach: true } },
    ...changes,
  };
}

/** An empty folder, removed with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
