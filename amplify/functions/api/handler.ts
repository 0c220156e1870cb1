import { createApiHandler } from '@gsp/platform/functions';

/** Answers every route of ordinary traffic, and `$default`. */
export const handler = createApiHandler(process.env);
