import { createApiHandler } from '@gsp/platform/functions';
import * as entities from '../../entities/index.ts';
import * as routes from '../../routes/index.ts';

/** Answers every route of ordinary traffic, and `$default`. */
export const handler = createApiHandler(process.env, { entities, routes });
