import type { Entity } from '../contract/entity.ts';
import { isJsonObject, type JsonValue } from '../contract/json-value.ts';
import { PlatformError } from './platform-error.ts';

/** Whether a caller may have what has these fields: the owner field is the subject of the caller's token. */
export function isOwn(
  { access }: Pick<Entity, 'access'>,
  fields: JsonValue | undefined,
  subject: string | undefined,
): boolean {
  if (access.owner === undefined || subject === undefined) return true;
  // A token that names nobody is a token all the same: whoever brings it owns nothing.
  return subject !== '' && isJsonObject(fields) && fields[access.owner] === subject;
}

/** What somebody else's item is refused with. */
export function notTheOwner({ name }: Pick<Entity, 'name'>): PlatformError {
  return new PlatformError('not-the-owner', `This ${name} belongs to somebody else`);
}
