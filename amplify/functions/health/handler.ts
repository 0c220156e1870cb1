import { createHealthHandler } from '@gsp/platform/functions';

/** Answers the routes that Route 53 probes. */
export const handler = createHealthHandler(process.env);
