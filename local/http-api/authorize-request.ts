import type { IncomingMessage } from 'node:http';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';
import type { HttpRoute } from './http-api-definition.ts';
import type { HttpRequest } from './http-request.ts';
import type { IamAuthorizer, IamIdentity } from './iam-authorizer.ts';
import { IamRefusal } from './iam-refusal.ts';
import { readBody } from './read-body.ts';

/** Whether a request may go on. */
export type Authorization =
  | {
      readonly kind: 'granted';
      /** Who signed the request, where the route asks. */
      readonly authorizer?: { readonly iam: IamIdentity };
      /** The body, where it had to be read already. */
      readonly body?: Buffer;
    }
  | {
      readonly kind: 'refused';
      readonly response: GatewayResponse;
      /** Why, for the log; the client is not told. */
      readonly reason?: string;
    };

/**
 * Authorizes a request as its route asks. A body is read only for a request of a key that exists, and never more of it
 * than the API takes.
 *
 * @throws {BodyTooLargeError}
 * @throws {ClientGoneError}
 */
export async function authorizeRequest(
  incoming: IncomingMessage,
  request: HttpRequest,
  { route, iam }: { route: HttpRoute; iam: IamAuthorizer },
): Promise<Authorization> {
  switch (route.authorizationType) {
    case 'NONE':
      return { kind: 'granted' };
    case 'AWS_IAM':
      return authorizeByIam(incoming, request, iam);
    default:
      return { kind: 'refused', response: notEmulated(route) };
  }
}

async function authorizeByIam(
  incoming: IncomingMessage,
  request: HttpRequest,
  iam: IamAuthorizer,
): Promise<Authorization> {
  try {
    const prechecked = iam.precheck(request, incoming.headersDistinct);
    const body = await readBody(incoming);
    return { kind: 'granted', authorizer: { iam: await prechecked.verify(body) }, body };
  } catch (error) {
    if (!(error instanceof IamRefusal)) throw error;
    return { kind: 'refused', response: gatewayError('forbidden'), reason: error.message };
  }
}

function notEmulated({ routeKey, authorizationType }: HttpRoute): GatewayResponse {
  const message = `Route "${routeKey}" needs authorization ${authorizationType}, which is not emulated here. Call it on AWS.`;
  return gatewayError('notEmulated', { message });
}
