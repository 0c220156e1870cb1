import { randomUUID } from 'node:crypto';
import { CommandError } from '@gsp/cli-kit';
import { type ExperimentKind, experimentKinds, experimentName } from '@gsp/platform/topology';
import { isTransient } from '../cloud/cloud-error.ts';
import { type BegunExperiment, endExperiment } from './end-experiment.ts';
import { type FisClient, type FisExperiment, isOver } from './fis-client.ts';
import { followUntil } from './follow-until.ts';

/** Which stage is broken, and how long its experiments are waited for. */
export interface ExperimentsOptions {
  readonly project: string;
  readonly stage: string;
  /** The FIS of each Region of the stage. */
  readonly clients: readonly FisClient[];
  /** Between two looks at an experiment, in milliseconds. @default 2_000 */
  readonly pollMs?: number;
  /** How long an experiment may take until it runs. @default 120_000 */
  readonly startLimitMs?: number;
  /** How long it may take until it is over, once told to end. @default 300_000 - FIS heals what it broke first */
  readonly stopLimitMs?: number;
}

/** An experiment that was started here. */
export interface StartedExperiment {
  readonly id: string;
  readonly kind: ExperimentKind;
  readonly region: string;
}

/** Where something is done, and until when at most. */
interface Where {
  readonly region: string;
  readonly signal: AbortSignal;
}

const POLL_MS = 2_000;
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 300_000;

/** For the one request that starts it, attempts included: it is not given up half way. */
const REQUEST_LIMIT_MS = 60_000;

/** The experiments of one stage, from the first question to the last word. Nothing is asked before it is needed. */
export class Experiments {
  readonly stage: string;
  readonly #options: Required<ExperimentsOptions>;
  readonly #started: StartedExperiment[] = [];
  readonly #begun = new Set<BegunExperiment>();

  constructor(options: ExperimentsOptions) {
    this.stage = options.stage;
    this.#options = {
      pollMs: POLL_MS,
      startLimitMs: START_LIMIT_MS,
      stopLimitMs: STOP_LIMIT_MS,
      ...options,
    };
  }

  /** Every one that FIS has confirmed, in the order in which they were started. */
  get started(): readonly StartedExperiment[] {
    return this.#started;
  }

  /** Whether something may still be broken by what was started here. */
  get isBreaking(): boolean {
    return this.#begun.size > 0;
  }

  /**
   * The template to start from, once it is sure that nothing of the stage is broken in any Region: two at once would be
   * an outage, and no drill.
   *
   * @throws {CommandError} when the Region does not offer it, or an experiment is under way anywhere
   * @throws {CloudError} when FIS cannot be asked
   */
  async assertReady(kind: ExperimentKind, { region, signal }: Where): Promise<BegunExperiment> {
    const { project, stage, clients } = this.#options;
    const offers = await Promise.all(clients.map((client) => this.#offerOf(client, signal)));
    const offer = offers.find(({ client }) => client.region === region);
    const templateId = offer?.templates.get(kind);
    if (offer === undefined || templateId === undefined)
      throw notOffered(experimentName(project, stage, kind), region);
    for (const { client, templates } of offers)
      for (const [other, id] of templates) {
        const active = (await client.experimentsOf(id, signal)).find((found) => !isOver(found));
        if (active !== undefined) throw underWay(active, { kind: other, region: client.region });
      }
    return { client: offer.client, kind, templateId, id: undefined, asked: Promise.resolve() };
  }

  /**
   * Starts an experiment and waits until it runs.
   *
   *     drill   noted ... StartExperiment sent ... Ctrl-C, stopAll() ... answer, or none
   *     FIS                                                 running ........................... until somebody ends it
   *
   * So stopAll() waits for the answer before it ends what was started; where none comes, it looks by the template.
   *
   * @throws {CommandError} as {@link assertReady}, and when it does not come to run; then, too, it is to be stopped
   * @throws {CloudError} when FIS cannot be asked
   */
  async start(kind: ExperimentKind, { region, signal }: Where): Promise<StartedExperiment> {
    const begun = await this.assertReady(kind, { region, signal });
    signal.throwIfAborted();
    this.#begun.add(begun);
    const { client, templateId } = begun;
    const start = { templateId, token: randomUUID() };
    // Not by the signal: a request that is given up half way may have been carried out.
    const asking = client.start(start, AbortSignal.timeout(REQUEST_LIMIT_MS)).then((experiment) => {
      begun.id = experiment.id;
      return experiment;
    });
    begun.asked = asking.catch(() => undefined);
    const { id } = await asking;
    const started = { id, kind, region };
    this.#started.push(started);
    const { pollMs, startLimitMs: limitMs } = this.#options;
    const found = await followUntil((now) => now.state.status === 'running' || isOver(now), {
      client,
      id,
      pollMs,
      limitMs,
      signal,
    });
    if (found.state.status === 'running') return started;
    throw notRunning(started, found, limitMs);
  }

  /**
   * Looks whether everything that was started runs. Where AWS does not say, nothing is concluded: an experiment ends by its
   * own duration whether it is looked at or not.
   *
   * @throws {CommandError} where FIS has ended it, by a stop condition for instance
   */
  async assertRunning(signal: AbortSignal): Promise<void> {
    for (const { client, kind, id } of this.#begun) {
      if (id === undefined) continue;
      const found = await client.get(id, signal).catch((error: unknown) => {
        if (isTransient(error)) return undefined;
        throw error;
      });
      // Told to end by us in the meantime: then that is no news.
      if (found === undefined || !this.isBreaking) return;
      if (isOver(found) || found.state.status === 'stopping')
        throw endedByItself({ id, kind, region: client.region }, found);
    }
  }

  /**
   * Ends everything that was started here, also what was never confirmed, and waits until it is over.
   *
   * @throws {CommandError} when something does not end; the rest is ended all the same
   */
  async stopAll(): Promise<void> {
    const { pollMs, stopLimitMs: limitMs } = this.#options;
    const all = [...this.#begun];
    this.#begun.clear();
    const outcomes = await Promise.allSettled(
      all.map((begun) =>
        endExperiment(begun, { pollMs, limitMs }).catch((error: unknown) => {
          this.#begun.add(begun);
          throw error;
        }),
      ),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #offerOf(client: FisClient, signal: AbortSignal) {
    const { project, stage } = this.#options;
    const byName = new Map((await client.templates(signal)).map(({ id, tags }) => [tags.Name, id]));
    const templates = new Map(
      experimentKinds.flatMap((kind) => {
        const id = byName.get(experimentName(project, stage, kind));
        return id === undefined ? [] : [[kind, id] as const];
      }),
    );
    return { client, templates };
  }
}

/** The Region has no such template: the flag is off, or not deployed. */
function notOffered(name: string, region: string): CommandError {
  return new CommandError(
    `Cannot break ${region}: it has no experiment template ${name}, the setting faultInjection must be true there. ` +
      'Set it in amplify/topology.ts and deploy; replication can be paused between several Regions with eventual consistency only.',
  );
}

/** Something of the stage is broken already. */
function underWay(
  { id, state }: FisExperiment,
  { kind, region }: Pick<StartedExperiment, 'kind' | 'region'>,
): CommandError {
  return new CommandError(
    `Cannot start an experiment: ${id} (${kind}) in ${region} is ${state.status}, none of the stage may be under way. ` +
      `Wait until it ends, or end it: aws fis stop-experiment --region ${region} --id ${id}`,
  );
}

/** It did not come to run. */
function notRunning(started: StartedExperiment, found: FisExperiment, limitMs: number): CommandError {
  const how = ['pending', 'initiating'].includes(found.state.status)
    ? `is still ${found.state.status} after ${limitMs / 1_000} s`
    : `is ${found.state.status}${because(found)}`;
  return new CommandError(
    `Cannot break ${started.region} with ${started.kind}: experiment ${started.id} ${how}, it must run. ` +
      'See why in the FIS console; no experiment starts while an alarm of its stop conditions rings.',
  );
}

/** It ended, and nobody here ended it. */
function endedByItself(started: StartedExperiment, found: FisExperiment): CommandError {
  return new CommandError(
    `Cannot go on with ${started.kind} in ${started.region}: experiment ${started.id} is ${found.state.status}${because(found)}, it must run until the drill ends it. ` +
      'If an alarm stopped it, more was harmed than was meant: see which one in the FIS console, and its runbook.',
  );
}

function because({ state: { reason } }: FisExperiment): string {
  return reason === undefined || reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
}
