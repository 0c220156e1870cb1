import {
  type Answered,
  isInvalidAnswerError,
  isPlatformClientError,
  isProblemError,
} from '@gsp/client/fetch';
import type { Answer, Operation } from '../judge/history.ts';
import { answerSchema } from '../judge/observed-schemas.ts';
import { sightingIn } from '../sighting-in.ts';

/** What a call of the client came to, as judges know answers. */
export interface ClientAnswer {
  readonly answer: Answer;
  /** Region that gave it; null where none did. */
  readonly region: string | null;
}

/** With what an answer is read. */
export interface AnswerContext {
  readonly operation: Operation;
  /** The session token that came with it, as the region sent it. */
  readonly token: string | undefined;
  readonly digests: Map<string, string>;
}

/** A success as the caller got it: judges see what the client gave, not what went over the wire. */
export function answerOf(given: Answered<object>, context: AnswerContext): ClientAnswer {
  const { region, replayed } = given.answer;
  const status = context.operation.kind === 'delete' ? 204 : 200;
  return { answer: { status, ...seenIn(given, { ...context, isReplay: replayed }) }, region };
}

/** A failure as the caller got it. Without an answer of a region the status is 0, and the error says why. */
export function failureOf(error: unknown, context: AnswerContext): ClientAnswer {
  if (isProblemError(error)) {
    const { status, code, region, problem = {} } = error;
    const named = answerSchema.parse(problem).region;
    const answer: Answer = {
      ...{ status, problem: code },
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
    token === undefined ? undefined : sightingIn(token, { operation, item, isReplay, digests });
  return {
    ...(item === undefined ? {} : { item }),
    ...(superseded === undefined ? {} : { superseded }),
    ...(value === undefined ? {} : { value }),
    ...(isReplay ? { isReplay } : {}),
    ...(sighting === undefined ? {} : { sighting }),
  };
}
