import { createHeartbeatHandler } from '@gsp/platform/functions';

/** Gives this region's sign of life, and tells by metrics how replication with each peer stands. */
export const handler = createHeartbeatHandler(process.env);
