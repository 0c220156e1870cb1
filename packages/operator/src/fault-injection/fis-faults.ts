import { type CloudAct, CloudError } from '../cloud/cloud-error.ts';

/** What FIS says of its own matters, in words for a person. What any service may say is known to `cloud/` already. */
const OWN_FAULTS: Readonly<Record<string, { readonly state: string; readonly remedy: string }>> = {
  ConflictException: {
    state: 'something else holds what it needs, nothing else may run there',
    remedy:
      'An experiment that has just ended may need a minute, and none starts while an alarm of its stop conditions rings: see both in the FIS console.',
  },
  ServiceQuotaExceededException: {
    state: "the account's quota of FIS is used up, a free place is needed",
    remedy: 'Wait until experiments end, or ask for a higher quota in Service Quotas.',
  },
  ResourceNotFoundException: {
    state: 'there is no such experiment or template, one is needed',
    remedy: 'Deploy the stage again: a template that was deleted by hand comes back with it.',
  },
  ValidationException: {
    state: 'FIS does not accept the request, a valid template is needed',
    remedy: 'Look at the template in the FIS console, and deploy the stage again.',
  },
};

/**
 * Reads an answer of FIS that says no: in its own words where the matter is FIS's, otherwise as an error of AWS by its code,
 * for `askAws` to translate.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/CommonErrors.html
 */
export function translateFisFault(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  text: string,
  { act, region }: CloudAct,
): Error {
  const { code, message } = readFault(headers.get('x-amzn-errortype'), text);
  const fault = Object.assign(new Error(message), {
    name: code ?? (status === 429 ? 'ThrottlingException' : `HTTP ${status}`),
    $metadata: { httpStatusCode: status },
  });
  const own = Object.hasOwn(OWN_FAULTS, fault.name) ? OWN_FAULTS[fault.name] : undefined;
  if (own !== undefined) {
    const said = message === '' ? '' : ` FIS says: ${message.replace(/\.$/, '')}.`;
    return new CloudError(`Cannot ${act} in ${region}: ${own.state}. ${own.remedy}${said}`, { cause: fault });
  }
  if (code !== undefined || status === 429 || status >= 500) return fault;
  return new CloudError(
    `Cannot ${act} in ${region}: HTTP ${status} without a code, an answer of FIS is needed. Check the proxy, and AWS_ENDPOINT_URL where it is set.`,
    { cause: fault },
  );
}

/** The code may carry a URI behind it, or a namespace before it. */
function readFault(header: string | null, text: string): { code: string | undefined; message: string } {
  const body = jsonOf(text);
  const field = (name: string) => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const code = (header ?? field('__type') ?? field('code'))?.replace(/:.*$/, '').replace(/^.*#/, '');
  return { code, message: field('message') ?? field('Message') ?? '' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
