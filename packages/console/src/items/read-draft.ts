import { findUnstorable, type JsonValue, limits, parseExactJson } from '@gsp/platform/contract';

/** What a field holds: a value, or why it is none, as a sentence for the user. */
export type Draft<T> =
  | { readonly value: T; readonly fault: null }
  | { readonly value: null; readonly fault: string };

/** Reads a partition key as the platform would: trimmed, and refused for the same reasons. */
export function readPk(text: string): Draft<string> {
  const pk = text.trim();
  const characters = [...pk].length;
  if (characters < 1 || characters > limits.pkCharactersMax)
    return wrong(`A key of 1 to ${limits.pkCharactersMax} characters is needed; this has ${characters}.`);
  if (pk.startsWith('sys#')) return wrong('Keys that start with "sys#" belong to the platform itself.');
  if (/\p{Surrogate}/u.test(pk)) return wrong('The key holds half of a character. Type it again.');
  return { value: pk, fault: null };
}

/** Reads JSON that the platform can keep; the fault says where it is and what is needed there. */
export function readJson(
  text: string,
): Draft<JsonValue> | { readonly value: undefined; readonly fault: null } {
  if (text.trim() === '') return { value: undefined, fault: null };
  let exact: ReturnType<typeof parseExactJson>;
  try {
    exact = parseExactJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return wrong(`This is no JSON: ${error.message}.`);
  }
  const unstorable = exact.issues[0] ?? findUnstorable(exact.value)[0];
  // Without an issue it is a value that JSON can express.
  if (unstorable === undefined) return { value: exact.value as JsonValue, fault: null };
  const path = unstorable.path.map((part) => (part === '' ? '""' : part)).join('.');
  return wrong(`${path === '' ? 'The value' : path} ${unstorable.message}.`);
}

function wrong(fault: string): { readonly value: null; readonly fault: string } {
  return { value: null, fault };
}
