import { z } from 'zod';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { cfnNumber, type DeployedResource, readProperties } from './deployed-resource.ts';
import { functionNamed } from './functions-of.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type with which a function says how often its asynchronous invocations are tried again. */
export const INVOKE_CONFIG_TYPE = 'AWS::Lambda::EventInvokeConfig';

/** How Lambda tries an asynchronous invocation again whose function failed. */
export interface AsynchronousRetries {
  readonly functionRetryAttempts: number;
  readonly functionEventAgeSeconds: number;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const invokeConfigProperties = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: cfnNumber.pipe(z.number().int().min(0).max(2)).default(2),
  MaximumEventAgeInSeconds: cfnNumber.pipe(z.number().int().min(60).max(21_600)).default(21_600),
});
const DEFAULTS: AsynchronousRetries = { functionRetryAttempts: 2, functionEventAgeSeconds: 21_600 };

/**
 * Reads how the region's functions are retried. Only schedules invoke asynchronously here, so that settings of other
 * functions have no effect: `nameUnused` names them, given the functions that have schedules. Destinations are named.
 *
 * @throws {AssemblyError} `InvalidResource` for a value that Lambda does not take
 */
export function asynchronousRetriesOf(
  resources: readonly DeployedResource[],
  { functions, notEmulated }: { functions: readonly FunctionDefinition[]; notEmulated: NotEmulatedList },
): {
  readonly of: (functionName: string) => AsynchronousRetries;
  readonly nameUnused: (scheduled: readonly string[]) => void;
} {
  const configs = resources
    .filter(({ Type }) => Type === INVOKE_CONFIG_TYPE)
    .map((resource) => {
      const { logicalId, scope } = resource;
      const read = readProperties(resource, invokeConfigProperties);
      const retries: AsynchronousRetries = {
        functionRetryAttempts: read.MaximumRetryAttempts,
        functionEventAgeSeconds: read.MaximumEventAgeInSeconds,
      };
      if (isSwitchedOn(scope.property(logicalId, 'DestinationConfig')))
        notEmulated.add(`${INVOKE_CONFIG_TYPE} with destinations`, logicalId);
      return { logicalId, functionName: functionNamed(read.FunctionName, functions)?.functionName, retries };
    });
  return {
    of: (functionName) => configs.find((config) => config.functionName === functionName)?.retries ?? DEFAULTS,
    nameUnused(scheduled) {
      for (const { logicalId, functionName } of configs)
        if (functionName === undefined || !scheduled.includes(functionName))
          notEmulated.add(`${INVOKE_CONFIG_TYPE} of a function without a schedule`, logicalId);
    },
  };
}
