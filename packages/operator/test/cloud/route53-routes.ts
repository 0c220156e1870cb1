import * as route53 from '@aws-sdk/client-route-53';
import { fromXml } from './aws-xml.ts';

/** Which of Route 53's operations a request is. The client's own schemas say, so that none is forgotten here. */
interface Route {
  readonly action: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Name of a query parameter to the name of the input's member. */
  readonly query: ReadonlyMap<string, string>;
}

/** Marks of the SDK's schemas: what an array in its exports describes. */
const STRUCTURE = 3;
const OPERATION = 9;

const ROUTES: readonly Route[] = Object.values<unknown>(route53).flatMap((schema) => routesOf(schema));

/** What is asked for, with path, query and body as one input. Texts stay texts. */
export function readRoute53(
  method: string,
  url: URL,
  body: string,
): { action: string; input: Record<string, unknown> } {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (!match) continue;
    const labels = match.groups ?? {};
    const query = [...url.searchParams].map(([key, value]) => [route.query.get(key) ?? key, value]);
    const content = body === '' ? {} : fromXml(body);
    return {
      action: route.action,
      input: {
        ...Object.fromEntries(
          Object.entries(labels).map(([key, value]) => [key, decodeURIComponent(value ?? '')]),
        ),
        ...Object.fromEntries(query),
        ...(typeof content === 'object' ? content : {}),
      },
    };
  }
  return { action: `${method} ${url.pathname}`, input: {} };
}

function routesOf(schema: unknown): readonly Route[] {
  if (!Array.isArray(schema) || schema[0] !== OPERATION) return [];
  const [, , action, traits, input] = schema;
  const [method, path] = traits?.http ?? [];
  if (typeof action !== 'string' || typeof method !== 'string' || typeof path !== 'string') return [];
  const [bare = path] = path.split('?');
  const pattern = new RegExp(`^${bare.replace(/\{(\w+)\+?\}/g, '(?<$1>[^/]+)')}/?$`);
  return [{ action, method, pattern, query: queryNames(input) }];
}

function queryNames(input: unknown): ReadonlyMap<string, string> {
  const schema: unknown = typeof input === 'function' ? input() : input;
  if (!Array.isArray(schema) || schema[0] !== STRUCTURE) return new Map();
  const [, , , , names, members] = schema;
  return new Map(
    names.flatMap((name: string, index: number) => {
      const query = Array.isArray(members[index]) ? members[index][1]?.httpQuery : undefined;
      return typeof query === 'string' ? [[query, name]] : [];
    }),
  );
}
