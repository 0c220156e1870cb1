import type { BackendStack } from '../../src/cloud/backend-stack.ts';
import type { DeploymentRecord } from '../../src/cloud/deployment-record.ts';
import type { DeployPorts } from '../../src/deploy/deploy-ports.ts';
import type { DeployEvent } from '../../src/deploy/journal.ts';
import type { DeployPlan } from '../../src/deploy/plan-deployment.ts';

export const REGIONS = ['eu-west-1', 'eu-central-1', 'eu-north-1'] as const;

/** A root stack as CloudFormation would describe it. */
export function backendStack(stack: Partial<BackendStack> & { readonly region: string }): BackendStack {
  return {
    stackName: `amplify-${stack.region}`,
    stackId: `arn:aws:cloudformation:${stack.region}:000000000000:stack/amplify/1`,
    status: 'UPDATE_COMPLETE',
    statusReason: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    customOutputs: '{}',
    revision: null,
    apiEndpoint: `https://${stack.region}.test`,
    role: 'secondary',
    terminationProtection: false,
    tags: {},
    ...stack,
  };
}

/** What a port call does instead of its work. */
export type Fault = 'throw' | 'throw-after' | 'die';

/** The process is gone: nothing that it asks for is answered any more. */
class Death extends Error {
  override readonly name = 'Death';
}

/** Stacks, record and ports over them, with faults planted by the number of the call. */
export class FakeDeployment {
  readonly stacks = new Map<string, BackendStack>();
  record: DeploymentRecord | null = null;
  /** `<port> <region> <revision>` of everything that changed or tried a region. */
  readonly calls: string[] = [];
  readonly events: DeployEvent[] = [];
  readonly sick = new Set<string>();
  /** Revisions that fail their smoke test, and where. */
  readonly bad = new Set<string>();
  #faults = new Map<number, Fault>();
  #isDead = false;
  #count = 0;
  #nowMs = 1_700_000_000_000;
  isLockLost = false;

  constructor(running: string | null = null, regions: readonly string[] = REGIONS) {
    if (running === null) return;
    for (const region of regions) this.stacks.set(region, backendStack({ region, revision: running }));
    this.record = {
      id: 'earlier',
      revision: running,
      startedAt: 'then',
      regions: Object.fromEntries(
        regions.map((region) => [
          region,
          { revision: running, state: 'proved', previousRevision: null, at: 'then' },
        ]),
      ),
    };
  }

  /** Plants faults for one run, by the number of the port call, from 1. */
  plant(faults: Readonly<Record<number, Fault>>): this {
    this.#faults = new Map(Object.entries(faults).map(([at, fault]) => [Number(at), fault]));
    this.#count = 0;
    this.#isDead = false;
    return this;
  }

  get callCount(): number {
    return this.#count;
  }

  plan(revision: string, order: readonly string[] = REGIONS): DeployPlan {
    const { record } = this;
    const afterDeploy = ['npm run one'];
    return {
      id: 'now',
      project: 'gsp',
      stage: 'main',
      revision,
      order,
      regions: REGIONS,
      record,
      afterDeploy,
    };
  }

  revisions(): Record<string, string | null> {
    return Object.fromEntries([...this.stacks].map(([region, { revision }]) => [region, revision]));
  }

  ports(): DeployPorts {
    const put = (region: string, revision: string) => {
      this.stacks.set(region, backendStack({ region, revision }));
      return { api: { region, endpoint: `https://${region}.test` }, warnings: [] };
    };
    return {
      readStack: (region) => this.#do(() => this.stacks.get(region) ?? null),
      deployBackend: (region, revision) =>
        this.#do(() => put(region, revision), `deploy ${region} ${revision}`),
      rollback: (region, revision) => this.#do(() => put(region, revision), `rollback ${region} ${revision}`),
      smoke: ({ region }, { revision }) =>
        this.#do(() => {
          if (this.bad.has(`${region} ${revision}`)) throw new Error(`${revision} is bad in ${region}`);
          return [];
        }, `smoke ${region} ${revision}`),
      isHealthy: ({ region }) => this.#do(() => !this.sick.has(region)),
      replicate: (api, peer) =>
        this.#do(
          () => [{ from: api.region, to: peer.region, lagMs: 1 }],
          `replicate ${api.region} ${peer.region}`,
        ),
      bake: ({ region }) =>
        this.#do(
          () => ({ bakedMs: 0, rounds: 0, requests: 0, failures: 0, lagMsMax: null }),
          `bake ${region}`,
        ),
      requireLock: () =>
        this.#do(() => {
          if (this.isLockLost) throw new Error('the lock was taken over');
        }),
      writeRecord: (record) =>
        this.#do(() => {
          this.record = record;
        }),
      report: (event) => void this.events.push(event),
      now: () => new Date(this.#nowMs++),
    };
  }

  async #do<T>(work: () => T, call?: string): Promise<T> {
    this.#count += 1;
    const fault = this.#isDead ? 'die' : this.#faults.get(this.#count);
    if (fault === 'die') {
      this.#isDead = true;
      throw new Death('the process is gone');
    }
    if (fault === 'throw') throw new Error(`planted at ${this.#count}`);
    if (call !== undefined) this.calls.push(call);
    const result = work();
    if (fault === 'throw-after') throw new Error(`planted after ${this.#count}`);
    return result;
  }
}
