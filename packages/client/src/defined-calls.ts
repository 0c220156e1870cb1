import type { JsonValue } from '@gsp/platform/contract';
import type { ListOptions } from './entity-client.ts';
import { entityRequests } from './entity-requests.ts';
import type { OperationRequest } from './operation-request.ts';
import { askPage, type Page, type PagePromise } from './page-promise.ts';
import type {
  Answered,
  AnswerFacts,
  CallOptions,
  ConditionalWriteOptions,
  WriteOptions,
} from './platform-client.ts';
import type { DeployedDefinitions } from './read-definitions.ts';
import { routeRequest } from './route-request.ts';

/** What an operation answered, and how. */
export interface RawAnswer {
  readonly body: JsonValue;
  readonly answer: AnswerFacts;
}

/** Carries an operation out. What `build` throws rejects, as everything else does. */
export type Run = (build: () => OperationRequest, options: WriteOptions) => Promise<RawAnswer>;

/** Under this name a client keeps what its outputs say of entities and routes. */
export const definitionsOf: unique symbol = Symbol('definitions');

/** What a client has beside the calls of the platform. */
export interface DefinedCalls {
  readonly [definitionsOf]: DeployedDefinitions;
}

type Members = Readonly<Record<string, unknown>>;

/** Calls of an entity, without the types of its definition. */
export interface UntypedEntityClient {
  create(input: Members, options?: WriteOptions): Promise<object>;
  get(key: Members, options?: CallOptions): Promise<Answered<{ readonly item: object }>>;
  put(input: Members, options?: ConditionalWriteOptions): Promise<object>;
  patch(key: Members, changes: Members, options?: ConditionalWriteOptions): Promise<object>;
  delete(key: Members, options?: ConditionalWriteOptions): Promise<object>;
  list(partition: Members, options?: ListOptions): PagePromise<unknown>;
  query(index: string, partition: Members, options?: ListOptions): PagePromise<unknown>;
}

/** Makes the calls of one entity. Whether the outputs name it is found out when one is made. */
export function createEntityClient(
  plural: string,
  definitions: DeployedDefinitions,
  run: Run,
): UntypedEntityClient {
  const entity = () => definitions.entity(plural);
  const { create, get, put, patch, list, query, delete: remove } = entityRequests;
  const item = async (build: () => OperationRequest, options: WriteOptions) => {
    const { body, answer } = await run(build, options);
    return { item: Object(body), answer };
  };
  const pages = (build: (page: ListOptions) => OperationRequest, options: ListOptions) =>
    askPage(async (cursor) => {
      const page = cursor === undefined ? options : { ...options, cursor };
      const { body, answer } = await run(() => build(page), page);
      return { ...Object(body), answer } as Page<unknown>;
    });
  return {
    create: (input, options = {}) => item(() => create(entity(), input), options),
    get: (key, options = {}) => item(() => get(entity(), key), options),
    put: (input, options = {}) => item(() => put(entity(), input, options), options),
    patch: (key, changes, options = {}) => item(() => patch(entity(), { key, changes }, options), options),
    delete: async (key, options = {}) => {
      const { answer } = await run(() => remove(entity(), key, options), options);
      return { answer };
    },
    list: (partition, options = {}) => pages((page) => list(entity(), partition, page), options),
    query: (index, partition, options = {}) =>
      pages((page) => query(entity(), { index, partition }, page), options),
  };
}

const pluralPattern = /^[a-z][a-zA-Z0-9]{0,31}$/;

/**
 * Adds a team's entities and routes to the calls of the platform. Which entities there are only types know and outputs, which
 * may be older than the types: so every name that could be an entity's is one, and an unknown one is missed when it is called.
 */
export function withDefinitions<Calls extends object>(
  calls: Calls,
  { definitions, run }: { readonly definitions: DeployedDefinitions; readonly run: Run },
): Calls {
  const entities = new Map<string, UntypedEntityClient>();
  const all = {
    async call(name: string, input: unknown, options: WriteOptions = {}) {
      const { body, answer } = await run(() => routeRequest(name, definitions.route(name), input), options);
      return { result: body, answer };
    },
    ...calls,
    [definitionsOf]: definitions,
  };
  return new Proxy(all, {
    get(target, name, receiver) {
      if (Reflect.has(target, name) || typeof name === 'symbol' || !pluralPattern.test(name))
        return Reflect.get(target, name, receiver);
      const known = entities.get(name) ?? createEntityClient(name, definitions, run);
      entities.set(name, known);
      return known;
    },
  });
}
