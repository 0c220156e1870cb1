import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { askAws, CloudError } from './cloud-error.ts';
import type { RegionClients } from './region-clients.ts';
import type { StageTarget } from './stage-target.ts';

/**
 * What a parameter of the Standard tier holds, which costs nothing. Parameter Store counts characters of UTF-8.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
const VALUE_BYTES_MAX = 4_096;

type Named = Pick<StageTarget, 'project' | 'stage'>;

/** The parameter, in the stage's primary Region, that says what is deployed. */
export function deploymentParameter({ project, stage }: Named): string {
  return `/${project}/${stage}/deployment`;
}

/** The parameter, in the stage's primary Region, that is there while somebody deploys. */
export function lockParameter({ project, stage }: Named): string {
  return `/${project}/${stage}/deploy-lock`;
}

/** A parameter's text, and its version: 1 when it was made, one more with each write. */
export interface ParameterText {
  readonly value: string;
  readonly version: number;
}

/**
 * Reads a parameter; null where there is none.
 *
 * @throws {CloudError} when Parameter Store cannot be asked
 */
export async function readParameter(
  { region, ssm }: RegionClients,
  name: string,
  signal?: AbortSignal,
): Promise<ParameterText | null> {
  try {
    const { Parameter } = await askAws({ act: `read the parameter ${name}`, region }, () =>
      ssm.send(new GetParameterCommand({ Name: name }), signal && { abortSignal: signal }),
    );
    return Parameter?.Value === undefined
      ? null
      : { value: Parameter.Value, version: Parameter.Version ?? 1 };
  } catch (error) {
    if (error instanceof ParameterNotFound) return null;
    throw error;
  }
}

/**
 * Writes a parameter, over what is there. With `create` only where nothing is there: of several writers at most one is
 * told true. None is where the answer to the one who made it was lost, since the client then asks again:
 *
 *     us   --put--> made                 --put--> exists
 *     AWS            (answer lost)  x             false
 *
 * So whoever is told false and must know reads the parameter, and looks whose text it holds.
 *
 * @returns whether it was written
 * @throws {CloudError} when the text is too long, or Parameter Store cannot be asked
 */
export async function writeParameter(
  { region, ssm }: RegionClients,
  name: string,
  value: string,
  { create = false }: { readonly create?: boolean } = {},
): Promise<boolean> {
  const act = `write the parameter ${name}`;
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > VALUE_BYTES_MAX) {
    throw new CloudError(
      `Cannot ${act} in ${region}: its text has ${bytes} bytes, 1..${VALUE_BYTES_MAX} are needed. A parameter of the Standard tier holds no more.`,
    );
  }
  try {
    await askAws({ act, region }, () =>
      ssm.send(
        new PutParameterCommand({
          Name: name,
          Value: value,
          Type: 'String',
          Tier: 'Standard',
          Overwrite: !create,
        }),
      ),
    );
    return true;
  } catch (error) {
    if (create && error instanceof ParameterAlreadyExists) return false;
    throw error;
  }
}

/**
 * Deletes a parameter; that there is none is fine.
 *
 * @throws {CloudError} when Parameter Store cannot be asked
 */
export async function deleteParameter({ region, ssm }: RegionClients, name: string): Promise<void> {
  try {
    await askAws({ act: `delete the parameter ${name}`, region }, () =>
      ssm.send(new DeleteParameterCommand({ Name: name })),
    );
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
}
