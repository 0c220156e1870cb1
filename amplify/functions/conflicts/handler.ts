import { createConflictsHandler } from '@gsp/platform/functions';

/** Follows up on what replication has replaced or removed in this region. */
export const handler = createConflictsHandler(process.env);
