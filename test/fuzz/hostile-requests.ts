import { hostileBodies } from './hostile-bodies.ts';
import { hostileEntities } from './hostile-entities.ts';
import { hostileEntityKeys } from './hostile-entity-keys.ts';
import { hostileFraming } from './hostile-framing.ts';
import { hostileHeaders } from './hostile-headers.ts';
import { hostileOwnRoutes } from './hostile-own-routes.ts';
import type { HostileRequest } from './hostile-request.ts';
import { hostileTargets } from './hostile-targets.ts';
import { hostileTokens } from './hostile-tokens.ts';

/** Every hostile request that goes out at once; what is slow or breaks off is in `hostile-connections.ts`. */
export const hostileRequests: Readonly<Record<string, readonly HostileRequest[]>> = {
  headers: hostileHeaders,
  framing: hostileFraming,
  'targets, methods and versions': hostileTargets,
  bodies: hostileBodies,
  tokens: hostileTokens,
  'bodies of entities': hostileEntities,
  'keys of entities': hostileEntityKeys,
  'routes of one’s own': hostileOwnRoutes,
};
