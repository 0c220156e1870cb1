import { createAuthorizerHandler } from '@gsp/platform/functions';

/** Lets in whoever brings a token of one of several issuers. */
export const handler = createAuthorizerHandler(process.env);
