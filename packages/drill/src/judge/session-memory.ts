import {
  type Attempt,
  type History,
  itemName,
  type RegionView,
  subjectOf,
  type Violation,
} from './history.ts';
import { versionText } from './image-ancestry.ts';
import type { Image } from './item-images.ts';
import { type SettledItem, settledItems } from './settled-items.ts';

/** Items that a session promises to remember. */
const SESSION_ITEMS = 16;

/** An attempt that carried a session, and what that had seen of its item. */
export interface SessionAttempt {
  readonly attempt: Attempt;
  readonly item: SettledItem;
  readonly required: Image;
}

/** What is wrong with the answer to an attempt, if anything is. */
export type AttemptJudge = (asked: SessionAttempt) => string | undefined;

/** Judges every attempt whose session had seen something of its item when it was sent. */
export function judgeSessions(
  history: History,
  { views, judge }: { readonly views: readonly RegionView[]; readonly judge: AttemptJudge },
): Violation[] {
  const items = new Map(settledItems(history, views).map((item) => [item.name, item]));
  return attemptsByClient(history).flatMap((attempts) => judgeClient(attempts, { items, judge }));
}

function attemptsByClient({ attempts }: History): readonly (readonly Attempt[])[] {
  const clients = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const { client } = attempt.operation;
    const others = clients.get(client);
    if (others === undefined) clients.set(client, [attempt]);
    else others.push(attempt);
  }
  return [...clients.values()];
}

interface Judging {
  readonly items: ReadonlyMap<string, SettledItem>;
  readonly judge: AttemptJudge;
}

/**
 * A session has seen what came with answers before the request was sent, not what another request brought meanwhile:
 *
 *     request 1   sent --------- answered: item a
 *     request 2     sent ------------------- 404: it did not know of a
 */
function judgeClient(attempts: readonly Attempt[], { items, judge }: Judging): Violation[] {
  // The item seen last stands last, as a Map keeps the order in which keys were set.
  const seen = new Map<string, Image | undefined>();
  let unnoted: Attempt[] = [];
  return attempts.flatMap((attempt) => {
    const { startMs, inSession } = attempt;
    for (const earlier of unnoted.filter(({ endMs }) => endMs <= startMs)) note(seen, earlier, items);
    unnoted = [...unnoted.filter(({ endMs }) => endMs > startMs), attempt];
    const name = nameOf(attempt) ?? '';
    const item = items.get(name);
    const required = inSession ? seen.get(name) : undefined;
    if (item === undefined || required === undefined) return [];
    const detail = judge({ attempt, item, required });
    return detail === undefined ? [] : [{ subject: name, detail }];
  });
}

function nameOf({ operation, answer }: Attempt): string | undefined {
  switch (operation.kind) {
    case 'post':
      return answer.item === undefined ? undefined : itemName(answer.item);
    case 'put':
    case 'delete':
    case 'read':
      return itemName(operation);
    default:
      return undefined;
  }
}

/** Keeps what the session has seen. A sighting of which nothing is known leaves nothing to require. */
function note(
  seen: Map<string, Image | undefined>,
  attempt: Attempt,
  items: ReadonlyMap<string, SettledItem>,
): void {
  const { answer, keptSession } = attempt;
  if (!keptSession) return;
  // A tally takes the place of an item in the session; what was seen of it another promise judges.
  if ('tally' in attempt.operation) {
    keep(seen, subjectOf(attempt), undefined);
    return;
  }
  const name = nameOf(attempt) ?? '';
  const item = items.get(name);
  if (item === undefined || answer.sighting === undefined) return;
  const image = answer.isReplay ? undefined : imageOf(answer.item, item);
  keep(seen, name, image ?? item.graph.find(answer.sighting));
}

/** Keeps as many items as a session does, those seen last. */
function keep(seen: Map<string, Image | undefined>, name: string, image: Image | undefined): void {
  seen.delete(name);
  seen.set(name, image);
  const [oldest] = seen.keys();
  if (seen.size > SESSION_ITEMS && oldest !== undefined) seen.delete(oldest);
}

/** The image that an answer or an entry shows. */
export function imageOf(
  shown: { readonly region: string; readonly version: Image['version'] } | undefined,
  { images }: Pick<SettledItem, 'images'>,
): Image | undefined {
  if (shown === undefined) return undefined;
  const text = versionText(shown.version);
  return images.find(({ region, version }) => region === shown.region && versionText(version) === text);
}
