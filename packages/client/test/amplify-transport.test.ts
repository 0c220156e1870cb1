import { describe, expect, test, vi } from 'vitest';
import { createAmplifyTransport } from '../src/amplify-transport.ts';
import { TransportError, type TransportRequest } from '../src/transport.ts';
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

  test('leaves no listener at the signal when the answer is there', async () => {
    const { endpoint } = await serveRecording((_request, response) => response.end('{}'));
    const transport = createAmplifyTransport([{ region: 'eu-west-1', apiName: 'api', endpoint }]);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await transport({ apiName: 'api', endpoint, method: 'GET', path: '/health', headers: {}, signal });
    expect(added).toHaveBeenCalledOnce();
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });

  test('rejects with a TransportError when the body of an error is "null", which Amplify cannot read', async () => {
    const { endpoint } = await serveRecording((_request, response) => response.writeHead(500).end('null'));
    const transport = createAmplifyTransport([{ region: 'eu-west-1', apiName: 'api', endpoint }]);
    const sent = transport({
      apiName: 'api',
      endpoint,
      method: 'GET',
      path: '/health',
      headers: {},
      signal: new AbortController().signal,
    });
    await expect(sent).rejects.toBeInstanceOf(TransportError);
  });
});
