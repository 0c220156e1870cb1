import { describe, expect, test, vi } from 'vitest';
import { createAmplifyTransport } from '../src/amplify-transport.ts';
import type { TransportRequest } from '../src/transport.ts';
import { serveRecording } from './support/recording-server.ts';

// What both transports promise is in transport.test.ts.
describe('createAmplifyTransport()', () => {
  test("leaves the application's configuration as it is, and is left as it is", async () => {
    const { Amplify } = await import('aws-amplify');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
    const transport = createAmplifyTransport([{ region: 'eu-west-1', apiName: 'api', endpoint }]);
    const request: TransportRequest = {
      apiName: 'api',
      endpoint,
      method: 'GET',
      path: '/health/live',
      headers: {},
      signal: new AbortController().signal,
    };
    await transport(request);
    expect(warn).not.toHaveBeenCalled();
    const own = { API: { REST: { api: { endpoint: 'https://other.test' } } } };
    Amplify.configure(own);
    await transport(request);
    expect(Amplify.getConfig()).toEqual(own);
    expect(seen).toHaveLength(2);
  });
});
