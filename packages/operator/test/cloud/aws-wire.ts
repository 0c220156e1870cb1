import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AwsCall,
  AwsFault,
  readCall,
  type WireAnswer,
  writeFault,
  writeOutput,
} from './aws-protocols.ts';

export { type AwsCall, AwsFault } from './aws-protocols.ts';

/** Given as an answer: the connection breaks, as where there is no network. */
export const CONNECTION_LOST: unique symbol = Symbol('connection lost');
/** Given as an answer: nothing comes, until the server is closed. */
export const NO_ANSWER: unique symbol = Symbol('no answer');

/** A server that answers the SDK's clients as AWS would. */
export interface AwsWire {
  readonly url: string;
  /** Every call so far, in the order in which they came. */
  readonly calls: readonly AwsCall[];
  /** Calls that the test did not expect. */
  readonly unexpected: readonly AwsCall[];
  /** Leads every client made afterwards here, and away from anything that is AWS's. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that speaks AWS's protocols, so that the real clients run against it: query and XML
 * (CloudFormation, STS), JSON (SSM, DynamoDB, CloudWatch, Service Quotas, tagging), REST and XML (Route 53).
 *
 * @param answer the output as the SDK's types have it, an {@link AwsFault}, {@link CONNECTION_LOST} or {@link NO_ANSWER};
 *   undefined for a call that is not expected, which then fails
 */
export async function startAwsWire(answer: (call: AwsCall) => unknown): Promise<AwsWire> {
  const calls: AwsCall[] = [];
  const unexpected: AwsCall[] = [];
  const server = createServer((request, response) => {
    void serve(request, response, { answer, calls, unexpected }).catch((error: unknown) => {
      // What a test's own answer throws is shown to the client, so that the test fails with it.
      const fault = new AwsFault('InternalTestFault', error instanceof Error ? error.message : String(error));
      send(response, writeFault({ protocol: 'json' }, fault));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    calls,
    unexpected,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  {
    answer,
    calls,
    unexpected,
  }: { answer: (call: AwsCall) => unknown; calls: AwsCall[]; unexpected: AwsCall[] },
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const asked = readCall(request, Buffer.concat(parts).toString('utf8'));
  calls.push(asked.call);
  const given = await answer(asked.call);
  if (given === NO_ANSWER) return;
  if (given === CONNECTION_LOST) {
    response.destroy();
    return;
  }
  if (given === undefined) {
    unexpected.push(asked.call);
    const { service, action } = asked.call;
    return send(
      response,
      writeFault(asked, new AwsFault('UnexpectedCall', `No answer for ${service} ${action}`)),
    );
  }
  send(response, given instanceof AwsFault ? writeFault(asked, given) : writeOutput(asked, given));
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { 'x-amzn-requestid': 'test', ...headers }).end(body);
}
