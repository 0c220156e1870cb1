import { randomBytes } from 'node:crypto';
import { ACCOUNT_ID } from '../account-id.ts';
import type { EngineKind } from '../dynamodb/engine/engine-process.ts';
import type { RegionConfig } from '../region/region-messages.ts';
import { TwinError } from '../twin-error.ts';
import { type CompiledEntries, compileEntries } from './compile-entries.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { type Deployed, deploy, type RegionAssembly, requireSameData } from './deploy.ts';
import { type PortPlan, planPorts, type RegionPorts, requireFreePorts } from './port-plan.ts';
import { RegionUnit } from './region-unit.ts';
import { type LinkEnds, ReplicationLinks } from './replication-links.ts';
import type { LinkReport, RegionState, TwinState } from './twin-state.ts';

export type { RegionAssembly } from './deploy.ts';

/** How a twin is run. */
export interface TwinOptions {
  /** One per region, in topology order, which is the order of the ports. */
  readonly assemblies: readonly RegionAssembly[];
  readonly portBase: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly engineKind: EngineKind;
  readonly lagMs: { readonly min: number; readonly max: number };
  /** Seeds everything random in the twin. */
  readonly seed: number;
  /** Told what a person at the terminal should hear of: a region that died, came back, was swapped. */
  readonly onNotice: (notice: string) => void;
}

/**
 * All regions of the platform on this machine.
 *
 * The supervisor starts, watches and ends the regions and carries out faults; it is in no request's path, so
 * that losing a region looks to the others as it does on AWS.
 */
export class Twin {
  readonly plan: PortPlan;
  readonly links: ReplicationLinks;
  readonly #options: TwinOptions;
  readonly #dataDirectory: DataDirectory;
  readonly #startedAt = new Date();
  readonly #clusterToken = randomBytes(24).toString('base64url');
  readonly #units: RegionUnit[];
  readonly #reasons = new Map<string, string>();
  /** Kept here and not in the regions, so that a clock stays wrong while its region dies and comes back. */
  readonly #clockOffsetsMs = new Map<string, number>();
  #deployed: ReadonlyMap<string, Deployed>;

  private constructor(
    options: TwinOptions,
    {
      plan,
      dataDirectory,
      deployed,
      entries,
    }: {
      plan: PortPlan;
      dataDirectory: DataDirectory;
      deployed: ReadonlyMap<string, Deployed>;
      entries: CompiledEntries;
    },
  ) {
    this.#options = options;
    this.plan = plan;
    this.#dataDirectory = dataDirectory;
    this.#deployed = deployed;
    this.links = new ReplicationLinks(plan.regions.map(({ region }) => region));
    this.#units = plan.regions.map((ports) => this.#unitOf(ports, entries));
  }

  /**
   * Starts every region side by side and resolves when all of them answer.
   *
   * Whatever fails, nothing is left running and the error says what to do.
   *
   * @throws {TwinError} a port or the data directory in use, a definition that cannot be run, a region that failed
   */
  static async start(options: TwinOptions): Promise<Twin> {
    const plan = planPorts(
      options.portBase,
      options.assemblies.map(({ region }) => region),
    );
    await requireFreePorts(plan);
    const [deployed, entries] = await Promise.all([deploy(options.assemblies, plan), compileEntries()]);
    const dataDirectory = await openDataDirectory(options.dataDir, { fresh: options.fresh });
    const twin = new Twin(options, { plan, dataDirectory, deployed, entries });
    const started = await Promise.allSettled(twin.#units.map((unit) => unit.start()));
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await twin.stop();
      throw failed.reason;
    }
    return twin;
  }

  /** Ends every region and gives the data directory back. Bounded; nothing of this twin runs afterwards. */
  async stop(): Promise<void> {
    await Promise.all(this.#units.map((unit) => unit.stop()));
    await this.#dataDirectory.release();
  }

  /**
   * Replaces functions, routes and mappings of all regions by those of newly synthesized assemblies. Data stays, requests
   * in flight finish on the old code.
   *
   * @throws {TwinError} `DefinitionUnusable` when regions, tables or custom resources changed: those are made when a
   *   twin starts
   */
  async swap(assemblies: readonly RegionAssembly[]): Promise<void> {
    const deployed = await deploy(assemblies, this.plan);
    requireSameData(this.#deployed, deployed);
    this.#deployed = deployed;
    await Promise.all(
      this.#units.map((unit) => {
        const { functions, httpApis, eventSourceMappings } = this.#deployedIn(unit.region).resolved;
        return unit.swap({ functions, httpApis, eventSourceMappings });
      }),
    );
  }

  /** The region's unit, or nothing when there is no such region. */
  unit(region: string): RegionUnit | undefined {
    return this.#units.find((unit) => unit.region === region);
  }

  /** Sets part of a link's behaviour, now and for every later start of its source region. */
  async changeLink(link: LinkEnds, change: { cut?: boolean; delayMs?: number }): Promise<void> {
    const settings = this.links.change(link, change);
    await this.unit(link[0])?.setLink(link[1], settings);
  }

  /** Sets how far a region's clock is off, now and for every later start of it. */
  async setClockOffset(region: string, offsetMs: number): Promise<void> {
    this.#clockOffsetsMs.set(region, offsetMs);
    await this.unit(region)?.setClockOffset(offsetMs);
  }

  /** Everything there is to see, asked of every region at once; a region that does not answer has nulls. */
  async state(): Promise<TwinState> {
    const { seed, lagMs, engineKind } = this.#options;
    const reports = new Map(
      await Promise.all(this.#units.map(async (unit) => [unit.region, await unit.report()] as const)),
    );
    return {
      startedAt: this.#startedAt.toISOString(),
      pid: process.pid,
      seed,
      engine: engineKind,
      dataDir: this.#dataDirectory.path,
      lagMs,
      regions: this.#units.map((unit): RegionState => {
        const report = reports.get(unit.region);
        return {
          region: unit.region,
          status: unit.status,
          reason: this.#reasons.get(unit.region) ?? '',
          ...this.#addresses(unit.ports),
          tables: this.#deployedIn(unit.region).tables.map(({ tableName }) => tableName),
          pids: { region: unit.pids.region ?? null, engine: unit.pids.engine ?? null },
          functions: report?.functions ?? null,
          eventSourceMappings: report?.eventSourceMappings ?? null,
          queues: report?.queues ?? null,
          requests: report?.requests ?? null,
          clockOffsetMs: this.#clockOffsetsMs.get(unit.region) ?? 0,
        };
      }),
      links: this.links.all().map(([from, to]): LinkReport => {
        const live = reports.get(from)?.links.find((link) => link.to === to);
        const { p50, p99 } = { p50: live?.lagMsP50 ?? null, p99: live?.lagMsP99 ?? null };
        return {
          from,
          to,
          ...this.links.get([from, to]),
          backlog: live?.backlog ?? null,
          lagMs: p50 === null || p99 === null ? null : { p50, p99 },
          lastError: live?.lastError ?? null,
        };
      }),
      outputs: Object.fromEntries(
        [...this.#deployed].map(([region, { resolved }]) => [region, resolved.outputs]),
      ),
      notEmulated: this.notEmulated(),
    };
  }

  /** What the templates hold and the twin does not run, over all regions. */
  notEmulated(): TwinState['notEmulated'] {
    const found = new Map<string, { regions: string[]; count: number }>();
    for (const [region, { resolved }] of this.#deployed) {
      for (const { type, logicalIds } of resolved.notEmulated) {
        const entry = found.get(type) ?? { regions: [], count: 0 };
        found.set(type, { regions: [...entry.regions, region], count: entry.count + logicalIds.length });
      }
    }
    return [...found]
      .map(([type, entry]) => ({ type, ...entry }))
      .sort((a, b) => a.type.localeCompare(b.type));
  }

  #unitOf(ports: RegionPorts, entries: CompiledEntries): RegionUnit {
    return new RegionUnit({
      ports,
      engineKind: this.#options.engineKind,
      regionProcessEntry: entries.regionProcess,
      config: () => this.#configOf(ports, entries),
      onStatus: (status, reason) => {
        this.#reasons.set(ports.region, reason);
        void this.#recordChildren();
        if (status === 'down' || status === 'impaired')
          this.#options.onNotice(`${ports.region} is ${status}: ${reason}`);
      },
    });
  }

  #configOf(ports: RegionPorts, entries: CompiledEntries): Omit<RegionConfig, 'engine'> {
    const { resolved, tables } = this.#deployedIn(ports.region);
    return {
      region: ports.region,
      accountId: ACCOUNT_ID,
      functions: resolved.functions,
      httpApis: resolved.httpApis,
      eventSourceMappings: resolved.eventSourceMappings,
      customResources: resolved.customResources,
      tables,
      apiListen: [
        { host: '127.0.0.1', port: ports.apiPort },
        { host: ports.address, port: this.plan.globalPort, optional: true },
      ],
      dynamodbListen: { host: '127.0.0.1', port: ports.dynamodbPort },
      dataDir: `${this.#dataDirectory.path}/${ports.region}`,
      peers: this.plan.regions
        .filter(({ region }) => region !== ports.region)
        .map(({ region, dynamodbPort }) => ({ region, url: `http://127.0.0.1:${dynamodbPort}` })),
      clusterToken: this.#clusterToken,
      lagMs: this.#options.lagMs,
      seed: this.#options.seed,
      links: this.links.outboundOf(ports.region),
      clockOffsetMs: this.#clockOffsetsMs.get(ports.region) ?? 0,
      environmentWorker: entries.environmentWorker,
    };
  }

  #deployedIn(region: string): Deployed {
    const deployed = this.#deployed.get(region);
    if (deployed === undefined)
      throw new TwinError('DefinitionUnusable', `Cannot find region ${region} in the definition.`);
    return deployed;
  }

  #addresses({ apiPort, address, dynamodbPort }: RegionPorts): {
    api: string;
    address: string;
    dynamodb: string;
  } {
    return {
      api: `http://127.0.0.1:${apiPort}`,
      address: `http://${address}:${this.plan.globalPort}`,
      dynamodb: `http://127.0.0.1:${dynamodbPort}`,
    };
  }

  async #recordChildren(): Promise<void> {
    const pids = this.#units.flatMap(({ pids: { region, engine } }) => [region, engine]);
    await this.#dataDirectory.recordChildren(pids.filter((pid) => pid !== undefined)).catch(() => undefined);
  }
}
