// Goal: what the logs of a request are taken to hold stays near what is written. Method: the lines themselves, measured.

import { createRequestMetrics } from '@gsp/platform/functions';
import { type HttpRequest, type HttpResponse, requestLogLine } from '@gsp/platform/http';
import { expect, test } from 'vitest';
import { LOG_BYTES } from '../../src/cost/assumptions.ts';

/** What CloudWatch counts for each event beside its text. */
const EVENT_BYTES = 26;

const id = '0193a5d8-7c1e-7cc3-98c4-dc0c0c07398f';
const time = '2026-11-23T13:13:39.123Z';

function line(withMetrics: boolean): string {
  const request: HttpRequest = {
    ...{ routeKey: 'GET /items/{pk}/{sk}', correlationId: id, requestId: 'JKJaXmPLvHcESHA=' },
    ...{ method: 'GET', path: '/items/a/b', headers: {}, pathParameters: {}, query: {} },
    ...{ body: { text: '', isBase64: false }, signal: new AbortController().signal },
  };
  const response: HttpResponse = { status: 200, body: {} };
  const entry = { request, response, durationMs: 12.345, atMs: Date.parse(time) };
  const metrics = createRequestMetrics({ project: 'gsp', stage: 'main' });
  return requestLogLine({
    ...{ ...entry, region: 'eu-central-1', coldStart: false, lambdaRequestId: id },
    metrics: withMetrics ? metrics(entry) : {},
  });
}

/** As the format of the access log gives it for a typical request. */
const access = JSON.stringify({
  ...{ requestId: 'JKJaXmPLvHcESHA=', lambdaRequestId: id, requestTime: '23/Nov/2026:13:13:39 +0000' },
  ...{ requestTimeEpoch: '1763903619000', ip: '203.0.113.117', httpMethod: 'GET' },
  ...{ path: `/items/customer-1234/${id}`, routeKey: 'GET /items/{pk}/{sk}', protocol: 'HTTP/1.1' },
  ...{
    domainName: 'eu-west-1.api.example.com',
    status: '200',
    responseLength: '1423',
    responseLatency: '24',
  },
  ...{ integrationStatus: '200', integrationLatency: '21', integrationErrorMessage: '-', errorMessage: '-' },
  errorResponseType: '-',
});

/** What Lambda writes in its JSON format: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
const platform = [
  { time, type: 'platform.start', record: { requestId: id, version: '$LATEST' } },
  {
    ...{ time, type: 'platform.report' },
    record: {
      ...{ requestId: id, status: 'success' },
      metrics: { durationMs: 21.345, billedDurationMs: 22, memorySizeMB: 512, maxMemoryUsedMB: 98 },
    },
  },
].map((record) => JSON.stringify(record));

test.each([
  ['access', [access], LOG_BYTES.access],
  ['lambda', platform, LOG_BYTES.lambda],
  ['line', [line(true)], LOG_BYTES.line],
  ['probeLine', [line(false)], LOG_BYTES.probeLine],
])('LOG_BYTES.%s is what such lines take, within a tenth', (_, lines, bytes) => {
  const taken = lines.reduce((sum, text) => sum + Buffer.byteLength(text) + EVENT_BYTES, 0);
  expect(Math.abs(taken - bytes) / bytes, `${taken} bytes`).toBeLessThan(0.1);
});
