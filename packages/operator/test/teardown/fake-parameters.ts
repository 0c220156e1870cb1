import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';

/** Parameter Store over a map of texts by region and name; undefined for any other call. */
export function answerParameters(
  parameters: Map<string, string>,
  { action, region, input }: AwsCall,
): unknown {
  const key = `${region}${input.Name}`;
  const value = parameters.get(key);
  switch (action) {
    case 'GetParameter':
      return value === undefined
        ? new AwsFault('ParameterNotFound', key)
        : { Parameter: { Name: key, Value: value, Version: 1 } };
    case 'PutParameter':
      if (input.Overwrite !== true && value !== undefined) return new AwsFault('ParameterAlreadyExists', key);
      parameters.set(key, String(input.Value));
      return { Version: 1 };
    case 'DeleteParameter':
      return parameters.delete(key) ? {} : new AwsFault('ParameterNotFound', key);
    default:
      return undefined;
  }
}
