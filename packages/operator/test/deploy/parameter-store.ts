import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';

/** Answers a call to SSM's Parameter Store as AWS would; undefined for any other call. */
export function parameterStore(
  parameters: Map<string, { value: string; version: number }>,
  { service, action, input }: AwsCall,
): unknown {
  if (service !== 'ssm') return undefined;
  const name = String(input.Name);
  const known = parameters.get(name);
  if (action === 'PutParameter') {
    if (known !== undefined && input.Overwrite !== true)
      return new AwsFault('ParameterAlreadyExists', 'The parameter already exists.');
    const version = (known?.version ?? 0) + 1;
    parameters.set(name, { value: String(input.Value), version });
    return { Version: version, Tier: 'Standard' };
  }
  if (known === undefined) return new AwsFault('ParameterNotFound', 'No such parameter.');
  if (action === 'GetParameter')
    return { Parameter: { Name: name, Type: 'String', Value: known.value, Version: known.version } };
  if (action !== 'DeleteParameter') return undefined;
  parameters.delete(name);
  return {};
}
