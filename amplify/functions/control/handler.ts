import { createControlHandler } from '@gsp/platform/functions';

/** Answers the routes that operators call. */
export const handler = createControlHandler(process.env);
