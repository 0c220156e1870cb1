import { type CloudAct, CloudError } from '../cloud/cloud-error.ts';

/** What FIS says of its own matters, in words for a person. What any service may say is known to `cloud/` already. */
const OWN_ERRORS: Readonly<Record<string, { readonly state: string; readonly remedy: string }>> = {
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
 * What the client of FIS throws: in FIS's own words where the matter is FIS's, otherwise an error by whose name `askAws`
 * knows what it is.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/CommonErrors.html
 */
export function nameFisError(error: unknown, { act, region }: CloudAct): unknown {
  if (!(error instanceof Error) || error instanceof CloudError) return error;
  const own = Object.hasOwn(OWN_ERRORS, error.name) ? OWN_ERRORS[error.name] : undefined;
  if (own !== undefined) {
    const said = error.message === '' ? '' : ` FIS says: ${error.message.replace(/\.$/, '')}.`;
    return new CloudError(`Cannot ${act} in ${region}: ${own.state}. ${own.remedy}${said}`, { cause: error });
  }
  const status = statusOf(error);
  if (status === 429)
    return Object.assign(new Error(error.message, { cause: error }), { name: 'ThrottlingException' });
  if (status !== undefined && status >= 500)
    return Object.assign(error, { $metadata: { httpStatusCode: status } });
  if (!(error instanceof SyntaxError)) return error;
  return new CloudError(
    `Cannot ${act} in ${region}: the answer is not JSON, FIS's own is needed. Check the proxy, and AWS_ENDPOINT_URL where it is set.`,
    { cause: error },
  );
}

/** The SDK notes the status with an error that it could read, and the whole response with one that it could not. */
function statusOf(error: Error): number | undefined {
  const noted: Error & { $metadata?: { httpStatusCode?: number }; $response?: { statusCode?: number } } =
    error;
  return noted.$metadata?.httpStatusCode ?? noted.$response?.statusCode;
}
