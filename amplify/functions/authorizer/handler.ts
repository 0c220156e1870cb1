import { createTokenAuthorizer } from '../../http/create-token-authorizer.ts';
import { parseTokenSettings } from '../../http/token-settings.ts';
import { createTokenVerifier } from '../../http/verify-token.ts';

const settings = parseTokenSettings(process.env.TOKENS);
const verify = createTokenVerifier(settings, () => new Date());

/** Lets in whoever brings a token of one of several issuers. */
export const handler = createTokenAuthorizer({ settings, verify });
