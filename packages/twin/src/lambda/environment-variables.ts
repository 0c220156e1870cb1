import type { FunctionDefinition } from './function-definition.ts';

/** What the variables of one environment depend on beside the function itself. */
export interface EnvironmentVariablesOptions {
  readonly region: string;
  readonly logStream: string;
  /** Variables of the twin's own, such as `AWS_ENDPOINT_URL_DYNAMODB`. They win over the function's. */
  readonly extraEnvironment: Readonly<Record<string, string>>;
}

/**
 * The whole `process.env` of an execution environment: the function's own variables and those that Lambda
 * defines, whose names are reserved. Nothing of this process's environment gets in, so that a function that
 * works only because of a developer's shell fails here and not on AWS; `PATH` alone is kept.
 *
 * The credentials are dummies: the SDK will not sign without any, and they open nothing.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(
  definition: FunctionDefinition,
  { region, logStream, extraEnvironment }: EnvironmentVariablesOptions,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    ...(definition.logFormat === 'JSON' && {
      AWS_LAMBDA_LOG_LEVEL: definition.applicationLogLevel ?? 'INFO',
    }),
    AWS_ACCESS_KEY_ID: 'ASIATWINTWINTWINTWIN',
    AWS_SECRET_ACCESS_KEY: 'twin',
    AWS_SESSION_TOKEN: 'twin',
    LAMBDA_TASK_ROOT: definition.codeDir,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: definition.handler,
    ...extraEnvironment,
  };
}
