import type { ChildProcess } from 'node:child_process';
import type {
  FromRegion,
  RegionConfig,
  RegionReport,
  RegionRequest,
  ToRegion,
} from '../region/region-messages.ts';
import { TwinError } from '../twin-error.ts';

interface Pending {
  readonly resolve: (report: RegionReport) => void;
  readonly reject: (error: Error) => void;
}

/** The supervisor's line to one region's process: requests and their answers over the process's own channel. */
export class RegionChannel {
  readonly #region: string;
  readonly #child: ChildProcess;
  readonly #onStorage: (failure: string | null) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(region: string, child: ChildProcess, onStorage: (failure: string | null) => void) {
    this.#region = region;
    this.#onStorage = onStorage;
    this.#child = child;
    child.on('message', (message) => this.#receive(message as FromRegion));
    child.once('exit', (code, signal) => this.#rejectAll(signal ?? `exit status ${code}`));
  }

  /**
   * Hands the region its configuration and resolves when it answers requests.
   *
   * @throws {TwinError} `RegionFailed` with the reason that the process gave, or where to read it
   */
  start(config: RegionConfig, timeoutMs: number): Promise<void> {
    const log = `${config.dataDir}/region-process.log`;
    return new Promise((resolve, reject) => {
      const settle = (reason?: string, cause?: unknown) => {
        clearTimeout(timer);
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        if (reason === undefined) resolve();
        else
          reject(new TwinError('RegionFailed', `Cannot start region ${this.#region}: ${reason}`, { cause }));
      };
      const timer = setTimeout(
        () => settle(`it did not answer within ${timeoutMs / 1000} s, see ${log}`),
        timeoutMs,
      );
      const onMessage = (message: FromRegion) => {
        if (message.type === 'ready') settle();
        if (message.type === 'failed') settle(message.message);
      };
      const onExit = () => settle(`its process ended while starting, see ${log}`);
      this.#child.on('message', onMessage);
      this.#child.on('exit', onExit);
      this.#send({ type: 'init', config }, (error) => settle('its process does not listen', error));
    });
  }

  /**
   * Asks the region for something and resolves with what it says of itself afterwards.
   *
   * @throws {TwinError} `NotRunning` when it does not answer in time, `RegionFailed` when it refuses
   */
  request(request: RegionRequest, timeoutMs: number): Promise<RegionReport> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<RegionReport>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(this.#notRunning(`no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      const settling =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          this.#pending.delete(id);
          settle(value);
        };
      this.#pending.set(id, { resolve: settling(resolve), reject: settling(reject) });
      this.#send({ type: 'request', id, request }, (error) => this.#pending.get(id)?.reject(error));
    });
  }

  #send(message: ToRegion, onError: (error: Error) => void): void {
    if (!this.#child.connected) {
      onError(this.#notRunning('its process has ended'));
      return;
    }
    this.#child.send(message, (error) => {
      if (error !== null) onError(error);
    });
  }

  #receive(message: FromRegion): void {
    if (message.type === 'storage') this.#onStorage(message.failure);
    if (message.type === 'reply') this.#pending.get(message.id)?.resolve(message.report);
    if (message.type === 'refused') {
      this.#pending.get(message.id)?.reject(new TwinError('RegionFailed', message.message));
    }
  }

  #rejectAll(how: string): void {
    for (const { reject } of [...this.#pending.values()])
      reject(this.#notRunning(`its process ended (${how})`));
  }

  #notRunning(what: string): TwinError {
    return new TwinError(
      'NotRunning',
      `Cannot ask region ${this.#region}: ${what}, it must be running. Start it first.`,
    );
  }
}
