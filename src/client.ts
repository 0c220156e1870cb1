import { createClient } from '@gsp/client';
import outputs from '../amplify_outputs.json' with { type: 'json' };

/** The client of this backend: it finds the regions in amplify_outputs.json and fails over between them by itself. */
export const client = createClient({ outputs });
