import { boundedText } from './bounded-text.ts';
import { requestUrl } from './request-url.ts';
import { answerBytesMax, type Transport, TransportError } from './transport.ts';

/** Sends requests with the `fetch` of the browser or of Node. */
export const fetchTransport: Transport = async (request) => {
  const { method, headers, body, signal, endpoint } = request;
  signal.throwIfAborted();
  try {
    const response = await fetch(requestUrl(request), {
      method,
      // Without it, fetch would declare the text that JSON is to be "text/plain".
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // What is sent to one region, its session and its key with it, is no other origin's to see.
      redirect: 'error',
      signal,
    });
    const text = await boundedText(response, answerBytesMax);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
  } catch (error) {
    signal.throwIfAborted();
    throw new TransportError(`Cannot get an answer from ${endpoint}: no whole answer came`, { cause: error });
  }
};
