import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type FunctionDefinition, LOG_LEVELS } from '../lambda/function-definition.ts';
import { AssemblyError } from './assembly-error.ts';
import { attributeOf, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type that becomes a function. */
export const FUNCTION_TYPE = 'AWS::Lambda::Function';

/** Properties that change how a function behaves on AWS and do nothing here. */
const NOT_HONOURED = [
  'DeadLetterConfig',
  'FileSystemConfigs',
  'Layers',
  'ReservedConcurrentExecutions',
  'TenancyConfig',
  'VpcConfig',
];

/** The variable by which a layer puts a program before the runtime; without layers there is none to run. */
const EXEC_WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER';

const functionProperties = z.object({
  Code: z.object({
    S3Key: z.string().optional(),
    ZipFile: z.string().optional(),
    ImageUri: z.string().optional(),
  }),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).optional() }).optional(),
  Handler: z.string().optional(),
  LoggingConfig: z
    .object({
      ApplicationLogLevel: z.enum(LOG_LEVELS).optional(),
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      LogGroup: z.string().optional(),
    })
    .optional(),
  MemorySize: cfnNumber.default(128),
  Runtime: z.string().optional(),
  Timeout: cfnNumber.default(3),
});

type FunctionProperties = z.infer<typeof functionProperties>;

/**
 * The functions that a region's templates define. Those that the twin cannot run (another language, an image,
 * code inside the template) are named in `notEmulated`.
 *
 * @throws {AssemblyError} `BrokenAssembly` when the code of a function is missing
 */
export function functionsOf(
  resources: readonly DeployedResource[],
  notEmulated: NotEmulatedList,
): FunctionDefinition[] {
  return resources.flatMap((resource) => {
    if (resource.Type !== FUNCTION_TYPE) return [];
    const properties = readProperties(resource, functionProperties);
    const unsupported = unsupportedReason(properties);
    if (unsupported !== undefined) {
      notEmulated.add(`${FUNCTION_TYPE} with ${unsupported}`, resource.logicalId);
      return [];
    }
    noteProperties(resource, properties, notEmulated);
    return [functionOf(resource, properties)];
  });
}

/** Why a function cannot be run here, or nothing. */
function unsupportedReason({ Code, Runtime = '' }: FunctionProperties): string | undefined {
  if (Code.ImageUri !== undefined) return 'a container image';
  if (!Runtime.startsWith('nodejs')) return `runtime ${Runtime}`;
  if (Code.ZipFile !== undefined) return 'code inside the template';
  return undefined;
}

function functionOf(resource: DeployedResource, properties: FunctionProperties): FunctionDefinition {
  const { LoggingConfig: logging, Environment: environment } = properties;
  const functionName = refOf(resource);
  const logLevel = logging?.ApplicationLogLevel;
  return {
    functionName,
    functionArn: attributeOf(resource, 'Arn'),
    handler: properties.Handler ?? 'index.handler',
    codeDir: codeDirOf(resource, properties.Code.S3Key),
    environment: environment?.Variables ?? {},
    memoryMb: properties.MemorySize,
    timeoutMs: properties.Timeout * 1000,
    runtime: properties.Runtime ?? '',
    logFormat: logging?.LogFormat ?? 'Text',
    logGroup: logging?.LogGroup ?? `/aws/lambda/${functionName}`,
    ...(logLevel && { applicationLogLevel: logLevel }),
  };
}

function codeDirOf(resource: DeployedResource, objectKey: string | undefined): string {
  const { scope, logicalId } = resource;
  const codeDir = scope.context.assembly.assetPath(resource, objectKey);
  if (codeDir !== undefined && existsSync(codeDir)) return codeDir;
  throw new AssemblyError(
    'BrokenAssembly',
    `Cannot find the code of function ${logicalId} of ${scope.templateFile}: ${codeDir ?? 'its template names no asset, and it'} does not exist. Synthesize the backend again.`,
    { template: scope.templateFile, logicalId, path: 'Properties.Code' },
  );
}

function noteProperties(
  { scope, logicalId }: DeployedResource,
  { Runtime = '', Environment }: FunctionProperties,
  notEmulated: NotEmulatedList,
): void {
  for (const name of NOT_HONOURED) {
    if (isSwitchedOn(scope.property(logicalId, name))) notEmulated.add(`${FUNCTION_TYPE} ${name}`, logicalId);
  }
  if (Environment?.Variables?.[EXEC_WRAPPER] !== undefined)
    notEmulated.add(`${FUNCTION_TYPE} ${EXEC_WRAPPER}`, logicalId);
  const [major = ''] = process.versions.node.split('.');
  if (Runtime !== `nodejs${major}.x`) {
    notEmulated.add(`${FUNCTION_TYPE} Runtime ${Runtime}, run by Node.js ${major}`, logicalId);
  }
}

/** The function that a name or an ARN leads to, with or without a qualifier; nothing for one that is not run. */
export function functionNamed(
  nameOrArn: string,
  functions: readonly FunctionDefinition[],
): FunctionDefinition | undefined {
  const name = /(?:^|:)function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn.split(':')[0];
  return functions.find(({ functionName }) => functionName === name);
}
