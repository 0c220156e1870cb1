import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { DeployError } from './deploy-error.ts';
import { findStackResource } from './find-stack-resource.ts';
import { compareTables, type TableChange, type TableProperties, tableIn } from './table-change.ts';

/** Whose table is compared: that of the primary's stack, which owns it. */
export interface ReadTableOptions {
  readonly stackId: string;
  /** As `ampx` will name it. */
  readonly backend: BackendIdentity;
  readonly signal: AbortSignal;
}

/**
 * What a deployment of this checkout does to the table: its definition as synthesized, beside the one in the template
 * that is deployed. Null where the stack has no table yet, as after a creation that failed.
 *
 * @throws {SynthesisError} where the definition is wrong
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function readTableChange(
  clients: RegionClients,
  { stackId, backend, signal }: ReadTableOptions,
): Promise<TableChange | null> {
  const deployed = await deployedTable(clients, { stackId, signal });
  if (deployed === null) return null;
  return compareTables(deployed, await synthesizedTable({ region: clients.region, backend, signal }));
}

async function deployedTable(
  clients: RegionClients,
  { stackId, signal }: { stackId: string; signal: AbortSignal },
): Promise<TableProperties | null> {
  const { region, cloudFormation } = clients;
  const found = await findStackResource(clients, { stackId, type: 'AWS::DynamoDB::GlobalTable', signal });
  if (found === null) return null;
  const { TemplateBody = '' } = await askAws({ act: 'read the template of the stack', region }, () =>
    cloudFormation.send(new GetTemplateCommand({ StackName: found.stackId }), { abortSignal: signal }),
  );
  try {
    return tableIn(JSON.parse(TemplateBody));
  } catch (error) {
    throw new DeployError(
      `Cannot tell whether the table changes: the template of ${found.stackId} in ${region} is no JSON, that of Amplify is. See who deployed it.`,
      { cause: error },
    );
  }
}

/** The table in the templates that this checkout makes of the primary. */
async function synthesizedTable(options: {
  region: string;
  backend: BackendIdentity;
  signal: AbortSignal;
}): Promise<TableProperties> {
  const { region, backend, signal } = options;
  const [made] = await synthesize({ regions: [region], backend, signal });
  const dir = made?.assemblyDir ?? '';
  const files = await readdir(dir);
  for (const file of files.filter((name) => name.endsWith('.template.json'))) {
    const table = tableIn(JSON.parse(await readFile(join(dir, file), 'utf8')));
    if (table !== null) return table;
  }
  throw new DeployError(
    `Cannot tell whether the table changes: what is synthesized for ${region} has none, the primary owns one. Look at packages/platform/src/infra/global-table.ts.`,
  );
}
