import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Conflict } from '../../src/contract/conflict.ts';
import { conflictExample } from '../../src/contract/examples.ts';
import { conflictRule } from '../../src/domain/conflict-rule.ts';
import { defineEntity } from '../../src/entities/define-entity.ts';

const schema = z.object({ who: z.string(), place: z.string() });
const kinds = {
  // The key says whose it is.
  own: defineEntity({ name: 'own', schema, partition: 'who', access: { owner: 'who' } }),
  // It does not.
  apart: defineEntity({ name: 'apart', schema, partition: 'place', access: { owner: 'who' } }),
  alone: defineEntity({ name: 'alone', schema, access: { owner: 'who' } }),
  public: defineEntity({
    name: 'public',
    schema,
    partition: 'who',
    access: { read: 'public', owner: 'who' },
  }),
  shared: defineEntity({ name: 'shared', schema, partition: 'who' }),
};
const partitions = { own: 'ada', apart: 'here', alone: 'id', public: 'ada', shared: 'ada' };
type Kind = keyof typeof kinds;

function conflictOf(pk: string, loser: Partial<Conflict['loser']>): Conflict {
  const { data: _, ...example } = conflictExample.loser;
  return { ...conflictExample, loser: { ...example, ...loser, pk } };
}

const lost = {
  write: { data: { who: 'ada', place: 'here' } },
  deletion: { deleted: true as const },
  // As an older version of the schema wrote it.
  unreadable: { data: [1] },
};
const callers = ['ada', 'bob', '', undefined] as const;

/** Who is the owner of it, by what an entry holds. */
function isAda(kind: Kind, what: keyof typeof lost): boolean {
  if (what === 'write') return true;
  return what === 'deletion' && (kind === 'own' || kind === 'public');
}

const rows = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
  (Object.keys(lost) as (keyof typeof lost)[]).flatMap((what) =>
    callers.map((subject) => {
      const isOwner = subject === undefined || (subject === 'ada' && isAda(kind, what));
      const mayWrite = kind === 'shared' || isOwner;
      return { kind, what, subject, mayRead: kind === 'public' || mayWrite, mayWrite };
    }),
  ),
);

describe('conflictRule()', () => {
  test.each(rows)(
    'a lost $what of "$kind" is seen by $subject: $mayRead, and taken off the list: $mayWrite',
    ({ kind, what, subject, mayRead, mayWrite }) => {
      const rule = conflictRule(Object.values(kinds), subject);
      const conflict = conflictOf(`${kind}~${partitions[kind]}`, lost[what]);
      expect(rule.isVisible(conflict)).toBe(mayRead);
      const act = () => rule.requireOwner(conflict);
      if (mayWrite) expect(act).not.toThrow();
      else expect(act).toThrow(expect.objectContaining({ code: 'not-the-owner' }));
    },
  );

  test.each(callers)('what belongs to no entity is everybody’s, asked by %j', (subject) => {
    const rule = conflictRule(Object.values(kinds), subject);
    const conflict = conflictOf('demo', { data: { who: 'ada' } });
    expect(rule.isVisible(conflict)).toBe(true);
    expect(() => rule.requireOwner(conflict)).not.toThrow();
  });
});
