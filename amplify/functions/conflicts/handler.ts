import { createConflictsHandler } from '@gsp/platform/functions';
import * as entities from '../../entities/index.ts';

/** Follows up on what replication has replaced or removed in this region. */
export const handler = createConflictsHandler(process.env, { entities });
