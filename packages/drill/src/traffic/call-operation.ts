import { CommandError } from '@gsp/cli-kit';
import {
  type Answered,
  type CallOptions,
  type ConditionalWriteOptions,
  createSession,
  isInvalidAnswerError,
  isPlatformClientError,
  isProblemError,
  type PlatformClient,
  type Session,
} from '@gsp/client';
import { type Answer, answerSchema, type Operation } from '../judge/history.ts';
import { versionText } from '../judge/image-ancestry.ts';
import { sightingFromToken } from '../session-token.ts';

/** What a call of the client came to, as judges know answers. */
export interface ClientAnswer {
  readonly answer: Answer;
  /** Region that gave it; null where none did. */
  readonly region: string | null;
}

/** The session of one call, as the client keeps it, which remembers what the region itself has sent. */
export interface NotedSession extends Session {
  readonly noted: string | undefined;
}

/** A session that begins with this token, or with none. */
export function noteSession(token: string | undefined): NotedSession {
  const session = createSession(token);
  let noted: string | undefined;
  return {
    get token() {
      return session.token;
    },
    get noted() {
      return noted;
    },
    note(given, sent) {
      noted = given;
      session.note(given, sent);
    },
  };
}

/** How an operation is carried out: for a session that remembers what the region itself has sent. */
export interface CallOperationOptions extends CallOptions {
  readonly session: NotedSession;
  readonly digests: Map<string, string>;
}

/**
 * Carries an operation out by the method of the client that is meant for it. Whatever happens is an answer, also an
 * operation that a typed client cannot express.
 */
export async function callOperation(
  client: PlatformClient,
  operation: Operation,
  { digests, ...options }: CallOperationOptions,
): Promise<ClientAnswer> {
  const context = () => ({ operation, token: options.session.noted, digests });
  try {
    return answerOf(await send(client, operation, options), context());
  } catch (error) {
    return failureOf(error, context());
  }
}

/** With what an answer is read. */
interface AnswerContext {
  readonly operation: Operation;
  /** The session token that came with it, as the region sent it. */
  readonly token: string | undefined;
  readonly digests: Map<string, string>;
}

/**
 * Carries an operation out by the method of the client that is meant for it.
 *
 * @throws {CommandError} for an operation that a typed client cannot express
 */
function send(client: PlatformClient, operation: Operation, options: CallOptions): Promise<Answered<object>> {
  const data = { op: operation.id };
  const write = { ...options, idempotencyKey: operation.idempotencyKey ?? null };
  switch (operation.kind) {
    case 'post':
      return client.writeItem({ pk: operation.pk, data }, write);
    case 'put': {
      const { ttlSeconds, match } = operation;
      const life = ttlSeconds === undefined ? {} : { ttlSeconds };
      return client.putItem({ ...keyOf(operation), data, ...life }, { ...write, ...conditionOf(match) });
    }
    case 'delete':
      return client.deleteItem(keyOf(operation), { ...write, ...conditionOf(operation.match) });
    case 'read':
      return client.getItem(keyOf(operation), options);
    case 'increment':
      return client.incrementCounter({ id: operation.counter, by: operation.by }, write);
    case 'count':
      return client.getCounter({ id: operation.counter }, options);
    case 'open':
    case 'mark':
    case 'drop':
    case 'look':
    case 'find':
    case 'misuse':
      throw new CommandError(
        `Cannot send ${operation.id} through the client: the client has no typed call for it. Send it over HTTP.`,
      );
  }
}

function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): { pk: string; sk: string } {
  return { pk, sk };
}

function conditionOf(
  match: Readonly<Record<string, number>> | 'none' | undefined,
): Pick<ConditionalWriteOptions, 'ifMatch' | 'ifNoneMatch'> {
  if (match === undefined) return {};
  return match === 'none' ? { ifNoneMatch: '*' } : { ifMatch: `"${versionText(match)}"` };
}

/** A success as the caller got it: judges see what the client gave, not what went over the wire. */
function answerOf(given: Answered<object>, context: AnswerContext): ClientAnswer {
  const { region, replayed } = given.answer;
  const status = context.operation.kind === 'delete' ? 204 : 200;
  return { answer: { status, ...seenIn(given, { ...context, isReplay: replayed }) }, region };
}

/** A failure as the caller got it. Without an answer of a region the status is 0, and the error says why. */
function failureOf(error: unknown, context: AnswerContext): ClientAnswer {
  if (isProblemError(error)) {
    const { status, code, region, problem = {} } = error;
    const named = answerSchema.parse(problem).region;
    const answer: Answer = {
      status,
      problem: code,
      ...(named === undefined ? {} : { namedRegion: named }),
      ...seenIn(problem, { ...context, isReplay: false }),
    };
    return { answer, region };
  }
  const region = isInvalidAnswerError(error) ? error.region : null;
  return { answer: { status: 0, error: reasonOf(error) }, region };
}

/** Short enough for a table: what gave up, and what the last request came to. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isPlatformClientError(error)) return `${error.name}: ${error.message}`;
  const last = error.attempts.at(-1);
  return last === undefined ? error.name : `${error.name}, at last ${last.reason ?? last.outcome}`;
}

/** What an answer says about data. */
function seenIn(
  body: object,
  { operation, token, digests, isReplay }: AnswerContext & { readonly isReplay: boolean },
): Omit<Answer, 'status'> {
  const { item, superseded, value } = answerSchema.parse(body);
  const sighting =
    token === undefined ? undefined : sightingFromToken(token, { operation, item, isReplay, digests });
  return {
    ...(item === undefined ? {} : { item }),
    ...(superseded === undefined ? {} : { superseded }),
    ...(value === undefined ? {} : { value }),
    ...(isReplay ? { isReplay } : {}),
    ...(sighting === undefined ? {} : { sighting }),
  };
}
