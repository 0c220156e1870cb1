export { createHttpHandler, type RouteHandlers } from './create-http-handler.ts';
export { createTokenAuthorizer } from './create-token-authorizer.ts';
export type { HttpRequest, HttpResponse, RouteHandler } from './http-message.ts';
export { parseJsonBody, parseWith } from './read-request.ts';
export { requestLogLine } from './request-log-line.ts';
export { createTokenVerifier, parseTokenSettings } from './verify-token.ts';
