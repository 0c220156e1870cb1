/**
 * Percent-encodes one segment of a path (RFC 3986, section 3.3). A slash becomes `%2F`, so that a key may hold one.
 *
 * @param name - what the segment is, for the error
 * @throws {RangeError} for what no URL can name as a segment: nothing, `.` and `..` (which every URL parser takes as steps
 * through the path, encoded or not), and halves of a character
 * @throws {TypeError} for what is no string
 */
export function encodePathSegment(name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError(
      `Cannot address ${name}: it is ${value === null ? 'null' : typeof value}, a string is needed`,
    );
  }
  if (value === '' || value === '.' || value === '..') {
    throw new RangeError(
      `Cannot address ${name}: it is "${value}", which no URL can name, another key is needed`,
    );
  }
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw new RangeError(`Cannot address ${name}: it has half a character, well-formed Unicode is needed`, {
      cause,
    });
  }
}
