import { limits } from '../contract/limits.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { entityTagOf, type Precondition, type TagMatch } from '../domain/precondition.ts';
import type { HttpRequest } from './http-message.ts';
import { invalidHeader } from './invalid-header.ts';

/** One entry of a list of entity tags, which may be empty, and what ends it (RFC 9110, sections 5.6.1 and 8.8.3). */
const listEntry = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"[ \t]*)?(,|$)/y;

/** The entity tag of an item, as headers carry it. */
export function etagHeader(image: ItemImage): Record<'etag', string> {
  return { etag: `"${entityTagOf(image)}"` };
}

/**
 * Reads `If-Match` and `If-None-Match` of a write (RFC 9110, section 13.1). Tags are opaque: one that this API never gave
 * out is no error, it belongs to no version. Weak tags match no `If-Match`; none is given out.
 *
 * @throws PlatformError `invalid-request` for what is neither `*` nor a list of entity tags.
 */
export function readPrecondition({ headers }: Pick<HttpRequest, 'headers'>): Precondition {
  const ifMatch = readTags('if-match', headers, ({ isWeak }) => !isWeak);
  const ifNoneMatch = readTags('if-none-match', headers, () => true);
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}

/**
 * Tells whether a read can be answered with 304: `If-None-Match` names the item's version, or any.
 *
 * @throws PlatformError `invalid-request` for what is neither `*` nor a list of entity tags.
 */
export function isNotModified({ headers }: Pick<HttpRequest, 'headers'>, image: ItemImage): boolean {
  const known = readTags('if-none-match', headers, () => true);
  return known === 'any' || known?.includes(entityTagOf(image)) === true;
}

interface EntityTag {
  readonly isWeak: boolean;
  readonly text: string;
}

function readTags(
  name: 'if-match' | 'if-none-match',
  headers: HttpRequest['headers'],
  counts: (tag: EntityTag) => boolean,
): TagMatch | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (value.trim() === '*') return 'any';
  const tags = value.length <= limits.preconditionCharactersMax ? parseTagList(value) : undefined;
  if (tags !== undefined && tags.length > 0) return tags.filter(counts).map(({ text }) => text);
  throw invalidHeader(
    name,
    `must be * or a list of entity tags such as "a", "b", of at most ${limits.preconditionCharactersMax} characters`,
  );
}

/** Tags of a list, in which empty entries do not count; undefined for text that is no list. */
function parseTagList(value: string): readonly EntityTag[] | undefined {
  const tags: EntityTag[] = [];
  listEntry.lastIndex = 0;
  for (;;) {
    const [matched, weak, text, end] = listEntry.exec(value) ?? [];
    if (matched === undefined) return undefined;
    if (text !== undefined) tags.push({ isWeak: weak !== undefined, text });
    if (end === '') return tags;
  }
}
