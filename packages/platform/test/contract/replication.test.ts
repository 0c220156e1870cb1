import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { replicationExample } from '../../src/contract/examples.ts';
import { replicationResponseSchema } from '../../src/contract/replication.ts';

describe('replicationResponseSchema', () => {
  it('takes its own example, what nobody has measured, and a stage of one region', () => {
    const [known] = replicationExample.peers;
    const unknown = { region: 'us-east-1', lagMs: null, lastSignAt: null, ageMs: null };
    const answers = [
      replicationExample,
      { ...replicationExample, peers: [known, unknown] },
      { region: 'eu-west-1', peers: [] },
    ];
    for (const answer of answers) expect(z.parse(replicationResponseSchema, answer)).toStrictEqual(answer);
  });

  it('refuses what is left out and what is below zero', () => {
    const [known] = replicationExample.peers;
    for (const peer of [{ region: 'eu-central-1' }, { ...known, lagMs: -1 }, { ...known, ageMs: -1 }]) {
      expect(z.safeParse(replicationResponseSchema, { region: 'eu-west-1', peers: [peer] }).success).toBe(
        false,
      );
    }
  });
});
