import { CommandError } from '@gsp/cli-kit';
import type { RegionClients } from '../cloud/region-clients.ts';
import { nestedStacks, readTemplate } from '../cloud/stack-resources.ts';
import { parseTemplate, type StackTree } from './stack-tree.ts';

/** Amplify nests stacks one deep, CDK apps a few; a bound, so that a wrong answer cannot go round. */
const depthMax = 4;

/**
 * A stack as it is deployed, with all that is nested in it.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 * @throws {CommandError} where a template is no JSON, as those of CDK and Amplify are
 */
export async function readDeployedStack(
  clients: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<StackTree> {
  return readBelow(clients, { stackId, depth: 0 }, signal);
}

async function readBelow(
  clients: RegionClients,
  { stackId, depth }: { readonly stackId: string; readonly depth: number },
  signal: AbortSignal,
): Promise<StackTree> {
  const template = parseTemplate(await readTemplate(clients, stackId, signal));
  if (template === undefined) {
    throw new CommandError(
      `Cannot forecast what changes: the template of ${stackId} in ${clients.region} is not JSON, as Amplify writes it. See who deployed it.`,
    );
  }
  const nested = new Map<string, StackTree>();
  if (depth >= depthMax) return { template, nested };
  for (const { logicalId, physicalId } of await nestedStacks(clients, stackId, signal))
    nested.set(logicalId, await readBelow(clients, { stackId: physicalId, depth: depth + 1 }, signal));
  return { template, nested };
}
