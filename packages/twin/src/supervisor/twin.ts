import { randomBytes } from 'node:crypto';
import type { RegionStatus, TwinRegion } from '../control/twin-region.ts';
import type { OutputsByRegion, TwinState } from '../control/twin-state.ts';
import { type OperatorCredentials, openOperatorCredentials } from '../credentials/operator-credentials.ts';
import { every } from '../dynamodb/maintenance/every.ts';
import {
  NO_REGION_FAULTS,
  type RegionConfig,
  type RegionFaults,
  type RegionReport,
  regionCode,
} from '../region/region-messages.ts';
import { TwinError } from '../twin-error.ts';
import { type CompiledEntries, compileEntries } from './compile-entries.ts';
import type { DataDirectory } from './data-directory.ts';
import { type Deployed, deploy, type RegionAssembly, requireSameData, resolvedOf } from './deploy.ts';
import { linkReport, notEmulatedOf, regionState } from './describe-twin.ts';
import { type GlobalServices, startGlobalServices } from './global-services.ts';
import { ownAddresses, type PortPlan, type RegionPorts } from './port-plan.ts';
import { regionConfigOf } from './region-config.ts';
import { RegionUnit } from './region-unit.ts';
import { type LinkEnds, ReplicationLinks } from './replication-links.ts';
import { type SecretServices, startSecretServices } from './secret-services.ts';
import { errorsOf, LinkWatch } from './twin-errors.ts';
import { requireNearestRegion, type TwinOptions } from './twin-options.ts';

export type { RegionAssembly } from './deploy.ts';
export type { TwinOptions } from './twin-options.ts';

const LINK_WATCH_INTERVAL_MS = 5_000;

/** What is made before a twin can be. */
interface TwinParts {
  readonly credentials: OperatorCredentials;
  readonly deployed: ReadonlyMap<string, Deployed>;
  readonly entries: CompiledEntries;
}

/**
 * All regions of the platform on this machine.
 *
 * The supervisor starts, watches and ends the regions, carries out faults, and runs what belongs to no region: Route 53
 * and the endpoint that follows the global name. It is in no path between a region and its callers, so that losing a
 * region looks to the others as it does on AWS.
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
  readonly #statuses = new Map<string, RegionStatus>();
  /** Kept here and not in the regions, so that a clock stays wrong while its region dies and comes back. */
  readonly #clockOffsetsMs = new Map<string, number>();
  /** Kept here for the same reason. */
  readonly #faults = new Map<string, RegionFaults>();
  readonly #credentials: OperatorCredentials;
  #globalServices: GlobalServices | undefined;
  #secretServices: SecretServices | undefined;
  #deployed: ReadonlyMap<string, Deployed>;
  #unwatch: (() => Promise<void>) | undefined;

  private constructor(options: TwinOptions, { credentials, deployed, entries }: TwinParts) {
    const { plan, dataDirectory } = options.reservation;
    this.#options = options;
    this.plan = plan;
    this.#dataDirectory = dataDirectory;
    this.#credentials = credentials;
    this.#deployed = deployed;
    this.links = new ReplicationLinks(plan.regions.map(({ region }) => region));
    this.#units = plan.regions.map((ports) => this.#unitOf(ports, entries));
  }

  /**
   * Starts every region side by side and resolves when all of them answer.
   *
   * Whatever fails, nothing is left running and the error says what to do.
   *
   * @throws {TwinError} a definition that cannot be run, a region that failed
   */
  static async start(options: TwinOptions): Promise<Twin> {
    const { plan, dataDirectory } = options.reservation;
    let twin: Twin | undefined;
    try {
      const regions = options.assemblies.map(({ region }) => region);
      requireNearestRegion(options.nearestRegion, regions);
      const deployed = deploy(options.assemblies, { plan, hostedZones: options.hostedZones ?? [] });
      const entries = await compileEntries();
      const credentials = openOperatorCredentials(dataDirectory.path);
      twin = new Twin(options, { credentials, deployed, entries });
      await twin.#startAll();
      return twin;
    } catch (error) {
      await (twin === undefined ? dataDirectory.release() : twin.stop());
      throw error;
    }
  }

  /** Secrets first, as functions may need them at once; checkers last: asking before, they would only find nobody there. */
  async #startAll(): Promise<void> {
    const regions = resolvedOf(this.#deployed);
    const secrets = await startSecretServices({
      regions,
      plan: this.plan,
      dataDir: this.#dataDirectory.path,
      statusOf: (region) => this.unit(region)?.status,
    });
    this.#secretServices = secrets;
    const started = await Promise.allSettled(this.#units.map((unit) => unit.start()));
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const { plan } = this;
    const { seed, timeScale = 1, nearestRegion = plan.regions[0]?.region ?? '' } = this.#options;
    this.#globalServices = await startGlobalServices({
      regions,
      plan,
      resolveSecrets: secrets.resolve,
      ownAddresses: await ownAddresses(plan.regions.map(({ address }) => address)),
      timeScale,
      seed,
      nearestRegion,
    });
    const watch = new LinkWatch();
    this.#unwatch = every(
      LINK_WATCH_INTERVAL_MS,
      async () => {
        const { regions: now, links } = await this.state();
        for (const notice of watch.update(now, links)) this.#options.onNotice(notice);
      },
      () => undefined,
    );
  }

  /** Ends every region and gives the data directory back. Bounded; nothing of this twin runs afterwards. */
  async stop(): Promise<void> {
    await this.#unwatch?.();
    await this.#globalServices?.close();
    await Promise.all(this.#units.map((unit) => unit.stop()));
    await this.#secretServices?.close();
    await this.#dataDirectory.release();
  }

  /**
   * Replaces functions, routes, mappings and schedules of all regions by those of newly synthesized assemblies. Data
   * stays, requests in flight finish on the old code.
   *
   * @throws {TwinError} `DefinitionUnusable` when regions, tables, domains or custom resources changed: those are made when a
   *   twin starts
   */
  async swap(assemblies: readonly RegionAssembly[]): Promise<void> {
    const deployed = deploy(assemblies, { plan: this.plan, hostedZones: this.#options.hostedZones ?? [] });
    requireSameData(this.#deployed, deployed);
    this.#secretServices?.swap(resolvedOf(deployed));
    this.#globalServices?.swap(resolvedOf(deployed));
    this.#deployed = deployed;
    await Promise.all(
      this.#units.map((unit) => unit.swap(regionCode(this.#deployedIn(unit.region).resolved))),
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

  /** Sets part of what is wrong with a region, now and for every later start of it. */
  async changeRegionFaults(region: string, change: Partial<RegionFaults>): Promise<void> {
    const faults = { ...this.#faultsOf(region), ...change };
    this.#faults.set(region, faults);
    await this.unit(region)?.setFaults(faults);
  }

  /** Everything there is to see, asked of every region at once; a region that does not answer has nulls. */
  async state(): Promise<TwinState> {
    const { seed, lagMs, engineKind, timeScale = 1 } = this.#options;
    const reports = new Map(
      await Promise.all(this.#units.map(async (unit) => [unit.region, await unit.report()] as const)),
    );
    const regions = this.#regionStates(reports);
    const links = this.links
      .all()
      .map((link) => linkReport(link, { settings: this.links.get(link), report: reports.get(link[0]) }));
    return {
      startedAt: this.#startedAt.toISOString(),
      pid: process.pid,
      seed,
      engine: engineKind,
      dataDir: this.#dataDirectory.path,
      lagMs,
      timeScale,
      credentialsFile: this.#credentials.file,
      ...(this.#globalServices?.state() ?? { global: null, dns: null, route53: null, edge: null }),
      secretsManager: this.#secretServices?.state() ?? { url: '', secrets: [] },
      errors: errorsOf(regions, links),
      regions,
      links,
      outputs: this.outputs(),
      notEmulated: this.notEmulated(),
    };
  }

  #regionStates(reports: ReadonlyMap<string, RegionReport | undefined>): TwinRegion[] {
    return this.#units.map((unit) =>
      regionState(unit, {
        reason: this.#reasons.get(unit.region) ?? '',
        globalPort: this.plan.globalPort,
        tables: this.#deployedIn(unit.region).tables.map(({ tableName }) => tableName),
        report: reports.get(unit.region),
        clockOffsetMs: this.#clockOffsetsMs.get(unit.region) ?? 0,
        faults: this.#faultsOf(unit.region),
      }),
    );
  }

  /** Outputs of every region's root stack, in topology order, with the twin's addresses in place of AWS's. */
  outputs(): OutputsByRegion {
    return Object.fromEntries(
      [...this.#deployed].map(([region, { resolved }]) => [region, resolved.outputs]),
    );
  }

  /** The access key of the twin's operator, who may call routes with IAM authorization. */
  operatorAccessKey(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    const { accessKeyId, secretAccessKey } = this.#credentials.credential;
    return { accessKeyId, secretAccessKey };
  }

  /** What the templates hold and the twin does not run, over all regions. */
  notEmulated(): TwinState['notEmulated'] {
    return notEmulatedOf(resolvedOf(this.#deployed));
  }

  #unitOf(ports: RegionPorts, entries: CompiledEntries): RegionUnit {
    return new RegionUnit({
      ports,
      engineKind: this.#options.engineKind,
      regionProcessEntry: entries.regionProcess,
      config: () => this.#configOf(ports, entries),
      onProcess: (pid) => this.#dataDirectory.recordChild(pid),
      onStatus: (status, reason) => {
        const isBack = status === 'running' && this.#statuses.get(ports.region) === 'impaired';
        this.#statuses.set(ports.region, status);
        this.#reasons.set(ports.region, reason);
        if (status === 'down' || status === 'impaired' || isBack)
          this.#options.onNotice(`${ports.region} is ${status}: ${reason}`);
      },
    });
  }

  #configOf(ports: RegionPorts, { environmentWorker }: CompiledEntries): Omit<RegionConfig, 'engine'> {
    return regionConfigOf(ports, {
      plan: this.plan,
      options: this.#options,
      deployed: this.#deployedIn(ports.region),
      dataDir: this.#dataDirectory.path,
      clusterToken: this.#clusterToken,
      links: this.links.outboundOf(ports.region),
      clockOffsetMs: this.#clockOffsetsMs.get(ports.region) ?? 0,
      faults: this.#faultsOf(ports.region),
      credentials: [this.#credentials.credential],
      environmentWorker,
    });
  }

  #faultsOf(region: string): RegionFaults {
    return this.#faults.get(region) ?? NO_REGION_FAULTS;
  }

  #deployedIn(region: string): Deployed {
    const deployed = this.#deployed.get(region);
    if (deployed === undefined)
      throw new TwinError('DefinitionUnusable', `Cannot find region ${region} in the definition.`);
    return deployed;
  }
}
