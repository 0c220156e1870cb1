import { createTokenAuthorizer, type TokenAuthorizer } from '../http/create-token-authorizer.ts';
import { createTokenVerifier, parseTokenSettings } from '../http/verify-token.ts';
import type { Variables } from './environment.ts';

/**
 * Makes the function that lets in whoever brings a token of one of several issuers.
 *
 * @throws TokenSettingsError
 */
export function createAuthorizerHandler({ TOKENS }: Variables): TokenAuthorizer {
  const settings = parseTokenSettings(TOKENS);
  return createTokenAuthorizer({ settings, verify: createTokenVerifier(settings, () => new Date()) });
}
