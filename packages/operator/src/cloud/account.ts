import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { askAws, CloudError } from './cloud-error.ts';
import type { RegionClients } from './region-clients.ts';

/** Whose account the credentials are of, and who they are. */
export interface CallerAccount {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
}

/**
 * Asks STS as whom the commands speak. No permission is needed for it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @throws {CloudError} when there are no valid credentials, or STS does not answer
 */
export async function accountOf(
  { region, sts }: RegionClients,
  signal?: AbortSignal,
): Promise<CallerAccount> {
  const act = 'tell the AWS account';
  const { Account, Arn } = await askAws({ act, region }, () =>
    sts.send(new GetCallerIdentityCommand({}), signal && { abortSignal: signal }),
  );
  if (Account !== undefined && Arn !== undefined) return { account: Account, arn: Arn };
  throw new CloudError(`Cannot ${act} in ${region}: STS named none, one is needed. Check AWS_ENDPOINT_URL.`);
}
