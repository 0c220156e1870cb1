import { entityTagPattern, entityTagsPattern } from '../contract/entity-tags.ts';
import { limits } from '../contract/limits.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { entityTagOf, type Precondition, type TagMatch } from '../domain/precondition.ts';
import type { HttpRequest } from './http-message.ts';
import { invalidHeader } from './invalid-header.ts';

const tagList = new RegExp(entityTagsPattern);
const tagInList = new RegExp(entityTagPattern, 'g');

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
  const ifMatch = readTags('if-match', headers, 'strong');
  const ifNoneMatch = readTags('if-none-match', headers, 'weak too');
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}

/**
 * Reads `If-None-Match` of a read, before anything is read, into what tells whether an item can be answered with 304: the header
 * names its version, or any.
 *
 * @throws PlatformError `invalid-request` for what is neither `*` nor a list of entity tags.
 */
export function readNotModified({ headers }: Pick<HttpRequest, 'headers'>): (image: ItemImage) => boolean {
  const known = readTags('if-none-match', headers, 'weak too');
  return (image) => known === 'any' || known?.includes(entityTagOf(image)) === true;
}

function readTags(
  name: 'if-match' | 'if-none-match',
  headers: HttpRequest['headers'],
  takes: 'strong' | 'weak too',
): TagMatch | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (value.length > limits.preconditionCharactersMax || !tagList.test(value)) {
    const rule = 'must be * or a list of entity tags such as "a", "b"';
    throw invalidHeader(name, `${rule}, of at most ${limits.preconditionCharactersMax} characters`);
  }
  if (value.trim() === '*') return 'any';
  return [...value.matchAll(tagInList)].flatMap(([, weak, text = '']) =>
    weak === undefined || takes === 'weak too' ? text : [],
  );
}
