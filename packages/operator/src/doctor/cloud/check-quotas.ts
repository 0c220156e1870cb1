import { GetAccountLimitCommand } from '@aws-sdk/client-route-53';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
} from '@aws-sdk/client-service-quotas';
import type { RegionClients } from '../../cloud/region-clients.ts';
import { primaryOf, type StageTarget } from '../../cloud/stage-target.ts';
import { type LimitedStage, requestsPerSecond } from '../../cost/worst-day.ts';
import type { CheckResult } from '../check-result.ts';
import { healthChecksOf } from './check-cost.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/** What one request may hold a function for. A region that has lost its peer carries everybody's. */
const ASSUMED_INVOCATION_MS = 100;

interface Quota {
  readonly name: string;
  readonly service: string;
  readonly code: string;
  /** What the stage may come to ask of one region, and how that was reckoned. */
  readonly need: (target: LimitedStage) => { readonly value: number; readonly sum: string };
}

/** Quotas of each region against which the topology's own limits are to be held. */
const QUOTAS: readonly Quota[] = [
  {
    name: 'concurrent executions of Lambda',
    service: 'lambda',
    code: 'L-B99A9384',
    need: (target) => ({
      value: Math.ceil((requestsPerSecond(target) * ASSUMED_INVOCATION_MS) / 1_000),
      sum: `${count(requestsPerSecond(target))} requests/s of ${ASSUMED_INVOCATION_MS} ms`,
    }),
  },
  {
    name: 'requests/s of API Gateway',
    service: 'apigateway',
    code: 'L-8A5B8E43',
    need: (target) => ({
      value: requestsPerSecond(target),
      sum: 'what throttle lets through on all routes: beyond the quota anyone can starve the probes',
    }),
  },
  {
    name: 'write units/s of a DynamoDB table',
    service: 'dynamodb',
    code: 'L-AB614373',
    need: ({ settings: { table } }) => ({
      value: table.maxWriteRequestUnits,
      sum: 'table.maxWriteRequestUnits',
    }),
  },
];

/**
 * Whether the account lets each region do what the topology promises, by the quotas that apply to it.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export async function checkQuotas(context: AccountContext): Promise<readonly CheckResult[]> {
  const { cloud, signal, definitions = {} } = context;
  const target = { ...context.target, definitions };
  const asked = target.regions.flatMap((region) =>
    QUOTAS.map((quota) =>
      runCheck(
        { check: 'quotas', stage: target.stage, region, act: `read the quota on ${quota.name}`, signal },
        async (bounded) => [
          judge(target, {
            quota,
            region,
            applied: await applied(cloud.region(region), { quota, signal: bounded }),
          }),
        ],
      ),
    ),
  );
  const found = await Promise.all([...asked, checkHealthCheckLimit(context)]);
  return found.flat();
}

function judge(
  target: StageTarget & LimitedStage,
  { quota, region, applied: value }: { quota: Quota; region: string; applied: number | null },
): CheckResult {
  const found = { check: 'quotas', stage: target.stage } as const;
  const need = quota.need(target);
  const wanted = `${count(need.value)} are needed (${need.sum})`;
  if (value === null) {
    return { ...found, level: 'note', what: `${region}: AWS does not say how many ${quota.name}; ${wanted}` };
  }
  if (value >= need.value)
    return { ...found, level: 'ok', what: `${region}: ${count(value)} ${quota.name}, ${wanted}` };
  return {
    ...found,
    level: 'warning',
    what: `${region}: ${count(value)} ${quota.name}, but ${wanted}`,
    why: 'The region would refuse requests below the limits of the topology, at the latest when it carries all of them.',
    remedy: `Have it raised (https://console.aws.amazon.com/servicequotas/home/services/${quota.service}/quotas/${quota.code}?region=${region}), or lower the topology's limits.`,
  };
}

/** The value that applies to the account; null where AWS has none to tell. */
async function applied(
  { quotas }: RegionClients,
  { quota, signal }: { quota: Quota; signal: AbortSignal },
): Promise<number | null> {
  const which = { ServiceCode: quota.service, QuotaCode: quota.code };
  try {
    const { Quota: found } = await quotas.send(new GetServiceQuotaCommand(which), { abortSignal: signal });
    return found?.Value ?? null;
  } catch (error) {
    if (!(error instanceof NoSuchResourceException)) throw error;
  }
  try {
    const { Quota: found } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(which), {
      abortSignal: signal,
    });
    return found?.Value ?? null;
  } catch (error) {
    if (error instanceof NoSuchResourceException) return null;
    throw error;
  }
}

/**
 * Route 53 counts itself what the account has. Those that the stage has already are among them, so that what is still
 * free can look smaller than it is, never larger.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetAccountLimit.html
 */
async function checkHealthCheckLimit({
  target,
  cloud,
  signal,
}: AccountContext): Promise<readonly CheckResult[]> {
  const { total } = healthChecksOf(target);
  if (total === 0) return [];
  const region = primaryOf(target);
  return runCheck(
    { check: 'quotas', stage: target.stage, region, act: 'read the limit on health checks', signal },
    async (bounded) => {
      const { Limit, Count = 0 } = await cloud
        .region(region)
        .route53.send(new GetAccountLimitCommand({ Type: 'MAX_HEALTH_CHECKS_BY_OWNER' }), {
          abortSignal: bounded,
        });
      const limit = Limit?.Value ?? 0;
      const what = `${count(Count)} of ${count(limit)} health checks of the account are in use, ${total} are needed`;
      const found = { check: 'quotas', stage: target.stage, what } as const;
      if (Count + total <= limit) return [{ ...found, level: 'ok' }];
      if (total <= limit && Count >= total) {
        return [
          {
            ...found,
            level: 'note',
            why: 'That is enough where the stage has its own already.',
          },
        ];
      }
      return [
        {
          ...found,
          level: 'warning',
          remedy: 'Have the quota on health checks raised, or remove some that nobody needs.',
        },
      ];
    },
  );
}

function count(value: number): string {
  return value.toLocaleString('en');
}
