import { openApiDocument } from '../contract/open-api-document.ts';
import type { RouteHandler } from './http-message.ts';

/** Makes the handler of `GET /openapi.json`. The document is generated when it is asked for first, then kept. */
export function createOpenApiRoute(): RouteHandler {
  let document: string | undefined;
  return () => {
    document ??= JSON.stringify(openApiDocument());
    return { status: 200, body: document };
  };
}
