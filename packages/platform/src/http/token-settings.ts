import type { TokenScope } from '../contract/routes.ts';

/** Whose tokens are taken, and what they must allow. */
export interface TokenSettings {
  readonly issuers: readonly { readonly issuer: string; readonly audiences: readonly string[] }[];
  /** A token has one of these scopes; none where any token will do. */
  readonly scopes: Readonly<Record<TokenScope, readonly string[]>>;
}

/** Thrown when the settings of tokens are missing or nonsense: nothing may be let in then. */
export class TokenSettingsError extends Error {
  override readonly name = 'TokenSettingsError';
}

/**
 * Reads what the backend tells the function that verifies tokens.
 *
 * @throws {TokenSettingsError}
 */
export function parseTokenSettings(text: string | undefined): TokenSettings {
  const { issuers, readScopes, writeScopes } = parsed(text);
  if (!Array.isArray(issuers) || issuers.length === 0) throw invalid('issuers', 'a list with one at least');
  const read = texts(readScopes, 'readScopes');
  const write = texts(writeScopes, 'writeScopes');
  return {
    issuers: issuers.map((each: unknown) => {
      const { issuer, audiences } = Object(each);
      if (typeof issuer !== 'string' || !URL.canParse(issuer)) throw invalid('an issuer', 'a URL');
      return { issuer, audiences: texts(audiences, 'audiences') };
    }),
    scopes: { read, write },
  };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch (cause) {
    throw invalid('TOKENS', 'JSON', cause);
  }
}

function texts(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw invalid(name, 'a list of texts');
}

function invalid(what: string, needed: string, cause?: unknown): TokenSettingsError {
  return new TokenSettingsError(
    `Cannot verify tokens: ${what} is not ${needed}, which is needed. Deploy the backend again, it sets TOKENS`,
    { cause },
  );
}
