import { withAbort } from '@gsp/cli-kit';
import { accountOf, type CallerAccount } from '../../cloud/account.ts';
import { CloudError } from '../../cloud/cloud-error.ts';
import type { Cloud } from '../../cloud/region-clients.ts';
import { primaryOf, type StageTarget } from '../../cloud/stage-target.ts';
import type { CheckResult } from '../check-result.ts';
import { isAnswer } from './run-check.ts';

/** Under this a deploy of two regions that bakes ten minutes in each may outlive its credentials. */
const REMAINING_MS_MIN = 60 * 60_000;

/** How long the regions together may take to say who is asking; a sign-in that waits for a person never ends by itself. */
const IDENTITY_TIMEOUT_MS = 20_000;

/** Who is asking, and what was found about it. */
export interface Identity {
  /** Null where it could not be told in every region, or differs: nothing else can be examined then. */
  readonly account: string | null;
  readonly results: readonly CheckResult[];
}

/**
 * Whether every region of the stage knows the credentials, as those of one account, and for how long they are valid.
 * A fault of check `credentials` and no account means that nothing was examined.
 */
export async function checkCredentials(
  { target, cloud, signal }: { target: StageTarget; cloud: Cloud; signal: AbortSignal },
  { nowMs = Date.now }: { readonly nowMs?: () => number } = {},
): Promise<Identity> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(IDENTITY_TIMEOUT_MS)]);
  const asked = await Promise.allSettled(
    target.regions.map((region) => withAbort(accountOf(cloud.region(region), bounded), bounded)),
  );
  signal.throwIfAborted();
  const answers = asked.map((outcome, index) => ({ region: target.regions[index] ?? '', outcome }));
  const refusals = answers.flatMap(({ region, outcome }) =>
    outcome.status === 'rejected' ? [refusalOf(region, outcome.reason)] : [],
  );
  if (refusals.length > 0) return { account: null, results: distinct(refusals).map(asIssue(target)) };
  const known = answers.flatMap(({ region, outcome }) =>
    outcome.status === 'fulfilled' ? [{ region, ...outcome.value }] : [],
  );
  const accounts = new Set(known.map(({ account }) => account));
  const [first] = known;
  if (first === undefined || accounts.size !== 1) {
    return { account: null, results: [differingAccounts(target, known)] };
  }
  const expiresAtMs = await expiryOf(cloud, target);
  return { account: first.account, results: [identified(target, first, { expiresAtMs, nowMs: nowMs() })] };
}

function identified(
  { stage }: StageTarget,
  { account, arn }: CallerAccount,
  { expiresAtMs, nowMs }: { expiresAtMs: number | null; nowMs: number },
): CheckResult {
  const found = { check: 'credentials', stage } as const;
  const who = `Account ${account}, as ${arn}`;
  if (expiresAtMs === null) return { ...found, level: 'ok', what: who };
  const minutes = Math.max(0, Math.floor((expiresAtMs - nowMs) / 60_000));
  const what = `${who}, for ${minutes} more minutes`;
  if (expiresAtMs - nowMs >= REMAINING_MS_MIN) return { ...found, level: 'ok', what };
  return {
    ...found,
    level: 'warning',
    what,
    why: 'A deploy that bakes in each region takes longer, and would be left half done.',
    remedy: 'Sign in again (aws sso login, aws login), or have the role give longer sessions.',
  };
}

function differingAccounts(
  { stage }: StageTarget,
  known: readonly (CallerAccount & { region: string })[],
): CheckResult {
  return {
    check: 'account',
    stage,
    level: 'fault',
    what: `The regions see different accounts: ${known.map(({ region, account }) => `${region} ${account}`).join(', ')}`,
    why: 'A global table has its replicas in one account.',
    remedy: 'Check AWS_PROFILE, AWS_ENDPOINT_URL and the profiles in ~/.aws/config.',
  };
}

/** What a region said, as one sentence that leaves the region out where all say the same. */
function refusalOf(region: string, reason: unknown): { region: string; message: string } {
  if (reason instanceof CloudError) return { region, message: reason.message };
  if (reason instanceof Error && (reason.name === 'TimeoutError' || reason.name === 'AbortError')) {
    const seconds = IDENTITY_TIMEOUT_MS / 1_000;
    return {
      region,
      message: `Cannot tell the AWS account in ${region}: no answer within ${seconds} s, one is needed. Check the network and how AWS_PROFILE signs in.`,
    };
  }
  if (isAnswer(reason)) {
    return {
      region,
      message: `Cannot tell the AWS account in ${region}: AWS answers ${reason.name}: ${reason.message}`,
    };
  }
  throw reason;
}

function distinct(
  refusals: readonly { region: string; message: string }[],
): readonly { region: string; message: string }[] {
  const neutral = ({ region, message }: { region: string; message: string }) =>
    message.replaceAll(region, '…');
  return refusals.filter(
    (refusal, index) => refusals.findIndex((other) => neutral(other) === neutral(refusal)) === index,
  );
}

function asIssue({ stage }: StageTarget): (refusal: { region: string; message: string }) => CheckResult {
  return ({ message }) => {
    const [what = message, ...remedy] = message.split(/(?<=\.) (?=[A-Z])/);
    return {
      check: 'credentials',
      stage,
      level: 'fault',
      what: what.replace(/\.$/, ''),
      why: 'Without them nothing in AWS can be examined.',
      remedy:
        remedy.length > 0 ? remedy.join(' ') : 'Sign in (aws sso login, aws login), or set AWS_PROFILE.',
    };
  };
}

/** When the credentials end, in milliseconds since 1970; null for those that do not, or do not say. */
async function expiryOf(cloud: Cloud, target: StageTarget): Promise<number | null> {
  const { expiration } = await cloud.region(primaryOf(target)).sts.config.credentials();
  return expiration?.getTime() ?? null;
}
