import { createTokenAuthorizer, createTokenVerifier, parseTokenSettings } from '@gsp/platform/http';

const settings = parseTokenSettings(process.env.TOKENS);
const verify = createTokenVerifier(settings, () => new Date());

/** Lets in whoever brings a token of one of several issuers. */
export const handler = createTokenAuthorizer({ settings, verify });
