import { type CalledRoute, calledRoutes } from './called-routes.ts';
import { type LimitedStage, worstDay } from './worst-day.ts';

/** What a stage is open to, and what that may cost. */
export interface StageExposure {
  /** Keys of routes that anybody may call, such as `GET /health`. */
  readonly openRoutes: readonly string[];
  /** How many routes there are, those of `HEAD` among them. */
  readonly routes: number;
  /** Whether items are among them: anybody may read, write and delete all. */
  readonly isTrafficOpen: boolean;
  /** A day on which every route is called at its limit, in US dollars, beside what the stage costs idle. */
  readonly worstDayUsd: number;
  /** The same of the open routes alone. */
  readonly openDayUsd: number;
  /** How many regions that is in. */
  readonly regions: number;
  /** Monthly budget that somebody is told of, in US dollars; null where nobody is. */
  readonly budgetUsd: number | null;
}

/** Which routes of a stage anybody may call, and what the worst day costs. Everything that says so says it by this. */
export function stageExposure(stage: LimitedStage): StageExposure {
  const isOpen = openTo(stage);
  // What nobody finds in any document is nobody's to call but Route 53's; it is in the bill, as a limit is a limit.
  const called = calledRoutes(stage.definitions);
  const routes = called.filter(({ name }) => name !== 'probe' && name !== 'default');
  const open = routes.filter(isOpen);
  return {
    openRoutes: open.map(({ method, path }) => `${method} ${path}`),
    routes: routes.length,
    isTrafficOpen: open.some(({ name }) => name === 'putItem'),
    worstDayUsd: worstDay(stage).totalUsd,
    regions: stage.regions.length,
    budgetUsd: stage.settings.budget?.monthlyUsd ?? null,
    openDayUsd: worstDay(
      stage,
      called.filter((route) => isOpen(route) && route.name !== 'probe'),
    ).totalUsd,
  };
}

/** Routes that ask for a token ask for none while the stage trusts nobody's. */
function openTo({ settings }: LimitedStage): (route: CalledRoute) => boolean {
  return ({ authorization }) =>
    authorization === 'none' || (authorization === 'token' && settings.jwt === null);
}

/** What to say of it, in a sentence each: who may call what, what it may cost, who is told. */
export function describeExposure(exposure: StageExposure): Readonly<Record<'who' | 'cost' | 'told', string>> {
  const { openRoutes, routes, isTrafficOpen, worstDayUsd, openDayUsd, regions, budgetUsd } = exposure;
  const callable = `Anyone may call ${openRoutes.length} of ${routes} routes`;
  const ofThem = isTrafficOpen ? '' : `, ${roughly(openDayUsd)} of it by anyone`;
  const where = regions === 1 ? 'its region' : `${regions} regions`;
  return {
    who: isTrafficOpen
      ? `${callable}, and with them read, write and delete every item: \`jwt\` is null.`
      : `${callable}; the others ask for a token or a signature.`,
    cost: `Called at its limits all day, it costs about ${roughly(worstDayUsd)} a day in ${where}${ofThem}.`,
    told:
      budgetUsd === null
        ? 'Nobody is told of it: `budget` is null.'
        : `A budget of $${budgetUsd} a month tells of it.`,
  };
}

/** Two digits that count: an upper bound is no invoice. */
function roughly(usd: number): string {
  return `$${Number(usd.toPrecision(2)).toLocaleString('en')}`;
}
