import { Resolver } from 'node:dns/promises';
import {
  GetHostedZoneCommand,
  type GetHostedZoneCommandOutput,
  ListHostedZonesByNameCommand,
  NoSuchHostedZone,
} from '@aws-sdk/client-route-53';
import { withAbort } from '@gsp/cli-kit';
import { primaryOf } from '../../cloud/stage-target.ts';
import type { CheckResult } from '../check-result.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/** Asks the world's DNS for the name servers of a zone; rejects as `node:dns` does. */
export type ResolveNs = (zoneName: string) => Promise<readonly string[]>;

/** What DNS answers where nobody has delegated the name, as opposed to not answering at all. */
const NOT_DELEGATED = new Set(['ENOTFOUND', 'ENODATA', 'NXDOMAIN']);

const RESOLVER = { timeout: 3_000, tries: 2 } as const;

/** By the resolvers of this machine, each asked twice. */
export const resolvePublicNs: ResolveNs = (zoneName) => new Resolver(RESOLVER).resolveNs(zoneName);

/**
 * Whether the stage's zone is there, public, of the right name, and what the world is led to. A certificate waits for a
 * record that the world can see: without delegation a deploy hangs, and fails after an hour or more.
 */
export async function checkZone(
  context: AccountContext,
  { resolveNs = resolvePublicNs }: { readonly resolveNs?: ResolveNs } = {},
): Promise<readonly CheckResult[]> {
  const { target, signal } = context;
  const { domain } = target;
  if (domain === null) return [];
  const question = { check: 'zone', stage: target.stage, region: primaryOf(target), signal } as const;
  if (domain.hostedZoneId === null) {
    return runCheck({ ...question, act: 'look for the hosted zone' }, async (bounded) =>
      zoneToMake(context, { zoneName: domain.zoneName, signal: bounded }),
    );
  }
  const id = domain.hostedZoneId;
  return runCheck({ ...question, act: `read the hosted zone ${id}` }, async (bounded) => {
    const zone = await readZone(context, { id, signal: bounded });
    const found = { check: 'zone', stage: target.stage } as const;
    const issue = zoneIssue(zone, { id, zoneName: domain.zoneName });
    if (issue !== null) return [{ ...found, level: 'fault', ...issue }];
    const expected = (zone?.DelegationSet?.NameServers ?? []).map(plainName);
    return [{ ...found, ...(await delegation(domain.zoneName, { expected, resolveNs, signal: bounded })) }];
  });
}

async function readZone(
  { target, cloud }: AccountContext,
  { id, signal }: { id: string; signal: AbortSignal },
): Promise<GetHostedZoneCommandOutput | null> {
  try {
    const { route53 } = cloud.region(primaryOf(target));
    return await route53.send(new GetHostedZoneCommand({ Id: id }), { abortSignal: signal });
  } catch (error) {
    if (error instanceof NoSuchHostedZone) return null;
    throw error;
  }
}

type Detail = Pick<CheckResult, 'what' | 'why' | 'remedy'>;

function zoneIssue(
  zone: GetHostedZoneCommandOutput | null,
  { id, zoneName }: { id: string; zoneName: string },
): Detail | null {
  if (zone === null) {
    return {
      what: `The hosted zone ${id} does not exist in this account`,
      remedy:
        'Correct hostedZoneId in amplify/topology.ts, use the account of the zone, or write null to have one made.',
    };
  }
  const name = plainName(zone.HostedZone?.Name ?? '');
  if (name !== zoneName) {
    return {
      what: `The hosted zone ${id} is of ${name}, the topology says ${zoneName}`,
      remedy: 'Correct zoneName or hostedZoneId in amplify/topology.ts.',
    };
  }
  if (zone.HostedZone?.Config?.PrivateZone !== true) return null;
  return {
    what: `The hosted zone ${id} of ${zoneName} is private`,
    why: 'Neither clients nor the certificate authority can see what stands in it.',
    remedy: 'Take the public zone of that name, or write hostedZoneId: null to have one made.',
  };
}

async function delegation(
  zoneName: string,
  {
    expected,
    resolveNs,
    signal,
  }: { readonly expected: readonly string[]; readonly resolveNs: ResolveNs; readonly signal: AbortSignal },
): Promise<Detail & Pick<CheckResult, 'level'>> {
  const servers = expected.join(', ');
  const remedy = `Enter ${servers} as the name servers of ${zoneName} at your registrar, or as its NS record in the parent zone.`;
  const why = 'Certificates are validated by DNS: until then a deploy waits, and fails in the end.';
  try {
    const answered = (await withAbort(resolveNs(zoneName), signal)).map(plainName);
    const isSame = answered.length > 0 && answered.every((name) => expected.includes(name));
    if (isSame) return { level: 'ok', what: `${zoneName} is delegated to ${answered.sort().join(', ')}` };
    return {
      level: 'fault',
      what: `${zoneName} is delegated to ${answered.sort().join(', ')}, not to its zone`,
      why,
      remedy,
    };
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (NOT_DELEGATED.has(code))
      return { level: 'fault', what: `${zoneName} is not delegated to its zone`, why, remedy };
    return {
      level: 'warning',
      what: `Whether ${zoneName} is delegated could not be examined: DNS answers ${code || 'nothing'}`,
      remedy: `Ask from another network: dig NS ${zoneName} must answer ${servers}`,
    };
  }
}

async function zoneToMake(
  { target, cloud }: AccountContext,
  { zoneName, signal }: { zoneName: string; signal: AbortSignal },
): Promise<CheckResult[]> {
  const found = { check: 'zone', stage: target.stage } as const;
  const { route53 } = cloud.region(primaryOf(target));
  const { HostedZones = [] } = await route53.send(
    new ListHostedZonesByNameCommand({ DNSName: zoneName, MaxItems: 10 }),
    { abortSignal: signal },
  );
  const same = HostedZones.filter(
    ({ Name = '', Config }) => plainName(Name) === zoneName && Config?.PrivateZone !== true,
  );
  if (same.length === 0) {
    return [
      { ...found, level: 'note', what: `The next deploy of ${primaryOf(target)} makes the zone ${zoneName}` },
    ];
  }
  const ids = same.map(({ Id = '' }) => Id.replace('/hostedzone/', ''));
  return [
    {
      ...found,
      level: 'warning',
      what: `The account has a zone ${zoneName} already: ${ids.join(', ')}`,
      why: 'Unless this stage made it, the next deploy makes a second one of that name, with other name servers.',
      remedy: `Write its id as hostedZoneId in amplify/topology.ts once ${zoneName} is delegated to it.`,
    },
  ];
}

/** As DNS and Route 53 write one name each in their way. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
