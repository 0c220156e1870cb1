/** What is between the quotes of an entity tag (RFC 9110, section 8.8.3). It has no escapes. */
const opaque = '[!#-~\\u0080-\\uffff]*';

/** One entity tag: whether it is weak, and its text. A regular expression. */
export const entityTagPattern = `(W/)?"(${opaque})"`;

/**
 * What `If-Match` and `If-None-Match` may be: `*`, or a list of entity tags in which entries may be empty (RFC 9110, sections
 * 5.6.1 and 13.1). A regular expression of JSON Schema.
 */
export const entityTagsPattern = listPattern(`(?:W/)?"${opaque}"`);

// Every repetition begins with a character that nothing before it may end with: text that is no list is refused in one pass.
function listPattern(tag: string): string {
  const space = '[ \\t]*';
  const list = `(?:${space},)*${space}${tag}${space}(?:,${space}(?:${tag}${space})?)*`;
  return `^(?:${space}\\*${space}|${list})$`;
}
