import type { FunctionDefinition } from '../lambda/function-definition.ts';

/** The function that a name or an ARN leads to, with or without a qualifier; nothing for one that is not run. */
export function functionNamed(
  nameOrArn: string,
  functions: readonly FunctionDefinition[],
): FunctionDefinition | undefined {
  const name = /(?:^|:)function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn.split(':')[0];
  return functions.find(({ functionName }) => functionName === name);
}
