import type { FunctionReport } from '../control/twin-region.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { FunctionPool } from '../lambda/function-pool.ts';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import { type ClockOffset, createClockOffset } from '../lambda/moved-clock.ts';
import type { LogSink } from '../log-entry.ts';
import type { RegionConfig } from './region-messages.ts';

/** What every function of the region gets beside its own definition. */
export interface FunctionPoolsOptions {
  readonly log: LogSink;
  /** The region's DynamoDB endpoint, which the AWS SDK in a function then talks to. */
  readonly dynamodbUrl: string;
}

/** All functions of one region, by name. */
export class FunctionPools {
  readonly #config: RegionConfig;
  readonly #options: FunctionPoolsOptions;
  readonly #clockOffset: ClockOffset;
  readonly #pools = new Map<string, FunctionPool>();

  constructor(config: RegionConfig, options: FunctionPoolsOptions) {
    this.#config = config;
    this.#options = options;
    this.#clockOffset = createClockOffset(config.clockOffsetMs);
    this.swap(config.functions);
  }

  /** Invokes a function; one that the region does not have is answered as Lambda's service would fail. */
  invoke(
    functionName: string,
    event: unknown,
    options: { signal?: AbortSignal | undefined },
  ): Promise<InvocationResult> {
    const pool = this.#pools.get(functionName);
    if (pool !== undefined) return pool.invoke(event, options);
    return Promise.resolve({
      outcome: 'rejected',
      requestId: '',
      code: 'ServiceException',
      statusCode: 500,
      message: `Cannot invoke ${functionName}: the definition of this region has no such function.`,
    });
  }

  /** Makes the functions those of `definitions`: changed ones get their new code, gone ones end, new ones are added. */
  swap(definitions: readonly FunctionDefinition[]): void {
    const names = new Set(definitions.map(({ functionName }) => functionName));
    for (const [name, pool] of this.#pools) {
      if (names.has(name)) continue;
      this.#pools.delete(name);
      void pool.close();
    }
    for (const definition of definitions) {
      const pool = this.#pools.get(definition.functionName);
      if (pool === undefined) this.#pools.set(definition.functionName, this.#open(definition));
      else pool.swap(definition);
    }
  }

  /** Sets how far the clock of all functions is off, those that run now included, in milliseconds. */
  setClockOffset(offsetMs: number): void {
    this.#clockOffset.set(offsetMs);
  }

  /** Counters of every function since the region started. */
  report(): FunctionReport[] {
    return [...this.#pools].map(([functionName, pool]) => {
      const { environments, invocations, errors } = pool.stats();
      return { functionName, environments, invocations, errors };
    });
  }

  /** Ends every environment, after what runs in it, within a bound. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #open(definition: FunctionDefinition): FunctionPool {
    const { region, environmentWorker, secretsManagerUrl } = this.#config;
    return new FunctionPool(definition, {
      region,
      log: this.#options.log,
      workerEntry: environmentWorker,
      clockOffset: this.#clockOffset,
      extraEnvironment: {
        AWS_ENDPOINT_URL_DYNAMODB: this.#options.dynamodbUrl,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
        // The declared runtime is newer than this machine's Node may be; the SDK's advice about that is not the
        // function's business, and would stand in its log as an error at every cold start.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
  }
}
