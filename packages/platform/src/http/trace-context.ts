/** `version-traceid-parentid-flags`, and after it what versions to come may add. */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** Length of the four parts that every version has. */
const charactersOfVersion0 = 55;

/**
 * Reads the `traceparent` header: where a request stands in a distributed trace.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 *
 * @returns what is known of it, without what later versions add; undefined for text that is none, which counts as absent
 */
export function readTraceparent(text: string | undefined): string | undefined {
  const [matched, version, added] = pattern.exec(text ?? '') ?? [];
  if (matched === undefined || (version === '00' && added !== undefined)) return undefined;
  return matched.slice(0, charactersOfVersion0);
}
