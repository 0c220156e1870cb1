import { createClient } from '@gsp/client';
import type * as entities from '../amplify/entities/index.ts';
import type * as routes from '../amplify/routes/index.ts';
import outputs from '../amplify_outputs.json' with { type: 'json' };

/** The client of this backend: it finds the regions in amplify_outputs.json and fails over between them by itself. */
export const client = createClient<typeof entities, typeof routes>({ outputs });
