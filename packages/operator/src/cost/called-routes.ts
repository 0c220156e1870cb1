import {
  type Definitions,
  type Entity,
  type EntityAction,
  entityOperations,
  type RouteName,
  type ServedRoute,
  servedRoutes,
  servedRoutesOf,
} from '@gsp/platform/contract';
import type { StageTarget } from '../cloud/stage-target.ts';

/** A route as a caller sees it; what Route 53 asks is one, and so is what no route is found for. */
export type CalledRoute = Pick<ServedRoute, 'method' | 'path' | 'authorization'> & {
  readonly name: string;
  readonly bucket: keyof StageTarget['settings']['throttle'];
  /** Route of the platform itself that takes as much; of its own routes themselves. */
  readonly like: RouteName | 'probe' | 'default';
  /** Indexes that what it writes is in. @default 0 */
  readonly indexes?: number;
  /** Whether a conflict of what it writes is merged. @default false */
  readonly isMerged?: boolean;
};

const PROBE = {
  name: 'probe',
  like: 'probe',
  method: 'GET',
  path: '/health/<probe>',
  bucket: 'probe',
} as const;
const DEFAULT = {
  name: 'default',
  like: 'default',
  method: 'GET',
  path: '$default',
  bucket: 'traffic',
} as const;

/** Every route of the platform itself that a region answers, with the bucket that it is throttled by. */
export const CALLED_ROUTES: readonly CalledRoute[] = [
  ...servedRoutes.map((route) => ({ ...route, like: route.name })),
  { ...PROBE, authorization: 'none' },
  { ...DEFAULT, authorization: 'none' },
];

/** The same with what a team has defined. */
export function calledRoutes(definitions: Definitions = {}): readonly CalledRoute[] {
  const defined = servedRoutesOf(definitions).slice(servedRoutes.length);
  const uses = usesOf(definitions);
  return [...CALLED_ROUTES, ...defined.map((route) => ({ ...route, ...uses(route) }))];
}

/** How many indexes an item is in, at most. */
export function indexesMax({ entities = {} }: Definitions): number {
  return Math.max(0, ...Object.values(entities).map(indexesOf));
}

type Use = Pick<CalledRoute, 'like' | 'indexes' | 'isMerged'>;

const LIKE: Readonly<Record<EntityAction, RouteName>> = {
  ...{ create: 'writeItem', put: 'putItem', patch: 'patchItem', delete: 'deleteItem' },
  ...{ get: 'getItem', list: 'listItems', query: 'listItems' },
};

/**
 * What routes take at most. Of a route of a team's own nobody knows: it is taken for a page that it reads, or for one write
 * of whatever takes most.
 */
function usesOf(definitions: Definitions): (route: ServedRoute) => Use {
  const entities = Object.values(definitions.entities ?? {});
  const known = new Map(
    entities.flatMap((entity) =>
      entityOperations(entity).map(({ name, action }) => [
        name,
        { like: LIKE[action], indexes: indexesOf(entity), isMerged: entity.merge !== undefined },
      ]),
    ),
  );
  const most = {
    indexes: indexesMax(definitions),
    isMerged: entities.some(({ merge }) => merge !== undefined),
  };
  return ({ name, method }) =>
    known.get(name) ?? { like: method === 'GET' || method === 'HEAD' ? 'listItems' : 'putItem', ...most };
}

function indexesOf({ indexes }: Entity): number {
  return Object.keys(indexes).length;
}
