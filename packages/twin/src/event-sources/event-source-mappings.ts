import { join } from 'node:path';
import type { EventSourceMappingReport, QueueReport } from '../control/twin-region.ts';
import type { ChangeReader, StreamDescription } from '../dynamodb/streams/change-reader.ts';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import { QueueFiles } from '../sqs/queue-files.ts';
import type { EventSourceMappingDefinition } from './event-source-mapping.ts';
import { StreamPoller, type StreamPollerOptions } from './stream-poller.ts';

/** What the mappings of a region run with. */
export interface EventSourceMappingsOptions {
  readonly region: string;
  readonly reader: ChangeReader;
  /** The region's folder: checkpoints go to `mappings/`, queues to `queues/`. */
  readonly dataDir: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  readonly say: (message: string) => void;
  readonly clock: () => number;
}

/** A mapping that cannot be run. The message ends with the remedy. */
export class EventSourceMappingError extends Error {
  override readonly name = 'EventSourceMappingError';
}

/** The event source mappings of one region. */
export class EventSourceMappings {
  readonly #options: EventSourceMappingsOptions;
  readonly #queues: QueueFiles;
  readonly #pollers = new Map<string, StreamPoller>();
  #definitions: readonly EventSourceMappingDefinition[] = [];

  constructor(options: EventSourceMappingsOptions) {
    this.#options = options;
    this.#queues = new QueueFiles(join(options.dataDir, 'queues'));
  }

  /**
   * Makes the mappings those of `definitions`. One that did not change goes on undisturbed; a changed one finishes
   * its batch and goes on from its checkpoint.
   *
   * @throws {EventSourceMappingError} when one names a stream that this region does not have; then none is changed
   */
  async apply(definitions: readonly EventSourceMappingDefinition[]): Promise<void> {
    const enabled = definitions
      .filter((definition) => definition.enabled)
      .map((definition) => ({ definition, stream: this.#streamOf(definition) }));
    this.#definitions = definitions;
    const kept = new Set(enabled.map(({ definition }) => JSON.stringify(definition)));
    const ended = [...this.#pollers].filter(([, { definition }]) => !kept.has(JSON.stringify(definition)));
    for (const [id] of ended) this.#pollers.delete(id);
    await Promise.all(ended.map(([, poller]) => poller.close()));
    for (const { definition, stream } of enabled) {
      if (!this.#pollers.has(definition.id))
        this.#pollers.set(definition.id, new StreamPoller(definition, stream, this.#pollerOptions()));
    }
  }

  /** What every mapping has done since the region started. */
  report(): EventSourceMappingReport[] {
    return this.#definitions.map((definition) => {
      const { id, functionName, eventSourceArn, onFailureQueueName: queue } = definition;
      const idle = {
        id,
        functionName,
        eventSourceArn,
        state: 'Disabled' as const,
        iteratorAgeMs: 0,
        backlog: 0,
        delivered: 0,
        failed: 0,
        onFailureQueue: queue ?? null,
        lastError: null,
      };
      const onFailureDepth = queue === undefined ? null : this.#queues.depth(queue);
      return { ...(this.#pollers.get(id)?.report() ?? idle), onFailureDepth };
    });
  }

  /** The queues that mappings send to. */
  queues(): QueueReport[] {
    const names = this.#definitions.flatMap(({ onFailureQueueName: name }) =>
      name === undefined ? [] : [name],
    );
    return [...new Set(names)].map((queueName) => ({ queueName, depth: this.#queues.depth(queueName) }));
  }

  /** Lets the batches under way finish, within a bound, and ends every mapping. */
  async close(): Promise<void> {
    await Promise.all([...this.#pollers.values()].map((poller) => poller.close()));
  }

  #streamOf({ logicalId, eventSourceArn }: EventSourceMappingDefinition): StreamDescription {
    const { reader, region } = this.#options;
    const streams = reader.streams();
    const stream = streams.find(({ streamArn }) => streamArn === eventSourceArn);
    if (stream !== undefined) return stream;
    const known =
      streams.map(({ streamArn }) => streamArn).join(', ') || 'none, as no table of it has a stream';
    throw new EventSourceMappingError(
      `Cannot run event source mapping ${logicalId}: its EventSourceArn ${eventSourceArn} is no stream of ${region}, one of its own streams is needed (${known}). ` +
        'Bind it to the StreamArn of a table of its own region.',
    );
  }

  #pollerOptions(): StreamPollerOptions {
    const { reader, dataDir, invoke, say, clock } = this.#options;
    return { reader, queues: this.#queues, checkpointDir: join(dataDir, 'mappings'), invoke, say, clock };
  }
}
