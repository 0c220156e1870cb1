import type { Entity } from '../contract/entity.ts';
import { findUnstorable, type JsonValue } from '../contract/json-value.ts';
import type { Fields } from './entity-keys.ts';
import { acceptFields, overlay, readFields, unknownFields } from './entity-values.ts';

/** Calls a function of a team's own; throws what it throws, and when it takes too long. */
export type BoundedCall = <T>(act: () => T) => T;

/** What came of a merge: the fields to keep, or why the write that was lost can only be logged. */
export type MergedFields = { readonly fields: Fields } | { readonly issue: string; readonly cause?: unknown };

/**
 * Merges the fields of a write that was lost into those that are kept, by the entity's `merge`. What another version of the
 * schema has stored with those that are kept stays with them.
 *
 * @param bounded - calls the entity's own code
 */
export function mergeFields(
  entity: Entity,
  { mine, theirs }: { readonly mine: JsonValue | undefined; readonly theirs: JsonValue | undefined },
  bounded: BoundedCall,
): MergedFields {
  const [lost, kept] = [readFields(entity, mine), readFields(entity, theirs)];
  if (!lost.ok || !kept.ok) return { issue: 'the schema cannot read both of them' };
  const called = callMerge(entity, { mine: lost.fields, theirs: kept.fields }, bounded);
  if ('issue' in called) return called;
  const { answer } = called;
  if (answer instanceof Promise) return { issue: 'it answered a promise; it must not wait for anything' };
  const [unstorable] = findUnstorable(answer as JsonValue);
  if (unstorable !== undefined) return { issue: `what it answered ${unstorable.message}` };
  const read = acceptFields(entity, answer as JsonValue);
  if (!read.ok) {
    const [first] = read.issues;
    return { issue: `the schema refuses what it answered: ${first?.path.join('.')} ${first?.message}` };
  }
  const moved = [entity.partition, entity.access.owner].find(
    (field) => field !== undefined && read.fields[field] !== kept.fields[field],
  );
  if (moved !== undefined) return { issue: `it changed the field "${moved}", which an item keeps` };
  return { fields: overlay(unknownFields(theirs ?? {}, kept.fields), read.fields) as Fields };
}

function callMerge(
  entity: Entity,
  { mine, theirs }: { readonly mine: Fields; readonly theirs: Fields },
  bounded: BoundedCall,
): { readonly answer: unknown } | { readonly issue: string; readonly cause?: unknown } {
  try {
    // Copies: what it changes in them is not changed in what is stored.
    const [ours, others] = [structuredClone(mine), structuredClone(theirs)];
    return { answer: bounded(() => entity.merge?.(ours as never, others as never)) };
  } catch (cause) {
    return { issue: 'it threw', cause };
  }
}
