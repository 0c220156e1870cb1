import type { ItemKey } from '../../../src/contract/item.ts';
import { encodeSession, type Session } from '../../../src/contract/session-token.ts';
import type { Committed } from '../../../src/domain/commit-image.ts';
import type { ItemImage } from '../../../src/domain/item-image.ts';
import type { ItemReading } from '../../../src/domain/item-reader.ts';
import { sortKeyOf } from '../../../src/domain/keyed-write.ts';
import { PlatformError } from '../../../src/domain/platform-error.ts';
import { decodeSession, itemDigest, recordReplay, recordSighting } from '../../../src/domain/session.ts';
import { encodeVersion, type VersionVector } from '../../../src/domain/version-vector.ts';
import type { OperationRecord, Outcome, WriteId } from '../history.ts';
import type { CallFault, ItemName, Request } from '../scenario.ts';
import { diceOf } from './dice.ts';
import { beginInvocation } from './invocation.ts';
import { itemName } from './keys.ts';
import { losers } from './model-conflict-log.ts';
import { longSeconds, type RegionFunctions, regionFunctions } from './region-functions.ts';
import type { Seams } from './seams.ts';
import { sha256 } from './sha256.ts';
import type { World } from './world.ts';

/** The partition key of every simulated item. */
export const pk = 'p';

/** How long a client waits for a function that has died. */
const deadAfterMs = 400;

/** One request of a client. */
export interface Ask {
  readonly id: number;
  readonly region: string;
  readonly request: Request;
  readonly fault?: CallFault | undefined;
  readonly isFinal?: boolean;
}

/** What names an item. */
export function keyOf(name: ItemName): ItemKey {
  return { pk, sk: 'sk' in name ? name.sk : sortKeyOf(pk, { idempotencyKey: name.madeBy }, sha256) };
}

/**
 * A client that asks one thing after the other, in whatever region, and hands its session token from answer to
 * request.
 */
export class Client {
  readonly #name: string;
  readonly #world: World;
  readonly #seams: Seams;
  readonly #record: (record: OperationRecord) => void;
  readonly #waiting: Ask[] = [];
  /** What it has seen last of each item: for If-Match, and to ask once more at the end. */
  readonly #seen = new Map<string, { readonly key: ItemKey; readonly version: VersionVector }>();
  #token: string | undefined;
  #isBusy = false;

  constructor(
    name: string,
    { world, seams, record }: { world: World; seams: Seams; record: (record: OperationRecord) => void },
  ) {
    this.#name = name;
    this.#world = world;
    this.#seams = seams;
    this.#record = record;
  }

  /** Every item that it has seen. */
  get seen(): readonly ItemKey[] {
    return [...this.#seen.values()].map(({ key }) => key);
  }

  /** Asks as soon as what was asked before has been answered. */
  ask(ask: Ask): void {
    this.#waiting.push(ask);
    this.#next();
  }

  #next(): void {
    const ask = this.#isBusy ? undefined : this.#waiting.shift();
    if (ask === undefined) return;
    this.#isBusy = true;
    const { time } = this.#world;
    const clock = this.#world.functionClock(ask.region);
    const started = { startedMs: time.nowMs, serverStartedMs: clock.nowMs() };
    let isOver = false;
    const end = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      const { id, region, request, isFinal = false } = ask;
      const ended = { endedMs: time.nowMs, serverEndedMs: clock.nowMs() };
      const item = 'item' in request ? { item: itemName(keyOf(request.item)) } : {};
      this.#record({
        id,
        session: this.#name,
        region,
        request,
        isFinal,
        ...item,
        ...started,
        ...ended,
        outcome,
      });
      this.#isBusy = false;
      this.#next();
    };
    const onCrash = () => time.after(deadAfterMs, () => end({ status: 'unknown' }));
    let held: ItemImage | undefined;
    const onHeld = (image: ItemImage | undefined) => {
      held = image;
    };
    this.#perform(ask, { onCrash, onHeld }).then(end, (error: unknown) => {
      if (error instanceof PlatformError) {
        const was = held === undefined ? {} : { held: this.#world.idOf(held) };
        return end({ status: 'failed', code: error.code, ...was });
      }
      this.#world.errors.push(error);
      end({ status: 'unknown' });
    });
    time.settled();
  }

  #perform(ask: Ask, { onCrash, onHeld }: Listeners): Promise<Outcome> {
    const { id, region, request, fault } = ask;
    const { scenario, time } = this.#world;
    const name = `operation ${id}`;
    const invocation = beginInvocation({
      time,
      dice: diceOf(scenario.seed, `${name} calls`),
      fault,
      onCrash,
    });
    const functions = regionFunctions({
      world: this.#world,
      seams: this.#seams,
      region,
      invocation,
      name,
      writeOf: (image) => writeIdOf(id, request, image),
      onHeld,
    });
    return this.#request(functions, ask);
  }

  async #request(functions: RegionFunctions, { id, region, request }: Ask): Promise<Outcome> {
    const idempotency = 'key' in request && request.key !== undefined ? { idempotencyKey: request.key } : {};
    const seen = this.#session();
    const writer = { ...idempotency, session: this.#seams.session?.(seen, 'write') ?? seen };
    switch (request.kind) {
      case 'post': {
        const { data, ttlSeconds } = request;
        return this.#written(
          id,
          request,
          region,
          await functions.writeItem({ pk, data, ttlSeconds, ...writer }),
        );
      }
      case 'put': {
        const { data, ttlSeconds, item } = request;
        const key = keyOf(item);
        const last = request.ifMatch ? this.#seen.get(itemName(key)) : undefined;
        const precondition = last === undefined ? {} : { ifMatch: [encodeVersion(last.version)] };
        const done = await functions.replaceItem({ key, data, ttlSeconds, precondition, ...writer });
        return this.#written(id, request, region, done);
      }
      case 'delete': {
        const done = await functions.removeItem({
          key: keyOf(request.item),
          precondition: {},
          ...writer,
        });
        return this.#written(id, request, region, done);
      }
      case 'get': {
        const key = keyOf(request.item);
        return this.#read(
          key,
          region,
          await functions.readItem(key, this.#seams.session?.(seen, 'read') ?? seen),
        );
      }
      case 'increment': {
        const { counter, by } = request;
        const { value } = await functions.counter.increment({ id: counter, by, ...idempotency });
        return { status: 'counted', value };
      }
    }
  }

  #written(id: number, request: Request, region: string, committed: Committed): Outcome {
    const { image, held, isReplay, isLost = false } = committed;
    this.#note(held, region, (session, _held, details) =>
      isReplay ? recordReplay(session, { held, isLost }, details) : recordSighting(session, held, details),
    );
    const heldId = this.#world.idOf(held);
    const own = writeIdOf(id, request, image);
    // Deleting what is deleted already makes no image: the write that is confirmed is the earlier one.
    const isEarlier = !isReplay && request.kind === 'delete' && request.key === undefined;
    return {
      status: 'written',
      write: isEarlier ? (this.#world.images[heldId]?.write ?? own) : own,
      item: itemName(image),
      version: encodeVersion(image.version),
      data: typeof image.data === 'string' ? image.data : '',
      ttl: image.ttl ?? Number.POSITIVE_INFINITY,
      isDeletion: image.deleted,
      isReplay,
      isLost,
      held: heldId,
    };
  }

  #read(key: ItemKey, region: string, { image, superseded }: ItemReading): Outcome {
    if (image !== undefined) this.#note(image, region, recordSighting);
    const loser = superseded && losers.get(superseded);
    return {
      status: 'read',
      item: itemName(key),
      ...(image === undefined ? {} : { image: this.#world.idOf(image) }),
      ...(loser === undefined ? {} : { superseded: loser }),
    };
  }

  #note(image: ItemImage, region: string, add: typeof recordSighting): void {
    const sighting = {
      item: itemDigest(image, sha256),
      nowMs: this.#world.functionClock(region).nowMs(),
      holdSeconds: longSeconds,
    };
    this.#token = encodeSession(add(this.#session(), image, sighting));
    this.#seen.set(itemName(image), { key: { pk: image.pk, sk: image.sk }, version: image.version });
  }

  #session(): Session {
    return this.#token === undefined ? [] : decodeSession(this.#token, this.#world.scenario.regions);
  }
}

/** Who hears of one invocation. */
interface Listeners {
  readonly onCrash: () => void;
  readonly onHeld: (image: ItemImage | undefined) => void;
}

/** Names the write that an operation asks for. */
function writeIdOf(id: number, request: Request, { pk, sk }: ItemKey): WriteId {
  if (!('key' in request) || request.key === undefined) return `operation ${id}`;
  const { kind } = request;
  const asked =
    kind === 'post' || kind === 'put'
      ? `${request.data} for ${request.ttlSeconds ?? 'as long as it has'} s`
      : '';
  return [request.key, kind, itemName({ pk, sk }), asked].join(' ').trim();
}
