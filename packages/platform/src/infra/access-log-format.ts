import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * Fields of one access-log line, as JSON. `lambdaRequestId` leads to the function's own lines, which
 * carry the correlation id; API Gateway cannot log a request header. Nothing that a caller writes freely,
 * such as the user agent, is logged: API Gateway puts values in as they are, and a quote would break the line.
 * Nor is who called or for which item, as in the functions' lines: no address, and the route instead of the path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const fields = {
  requestId: '$context.requestId',
  lambdaRequestId: '$context.integration.requestId',
  requestTime: '$context.requestTime',
  requestTimeEpoch: '$context.requestTimeEpoch',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  protocol: '$context.protocol',
  domainName: '$context.domainName',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationLatency: '$context.integrationLatency',
  integrationErrorMessage: '$context.integrationErrorMessage',
  errorMessage: '$context.error.message',
  errorResponseType: '$context.error.responseType',
} as const;

/** Access-log format of every Region's API: one JSON object a line, within API Gateway's 3 KB. */
export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(fields));
