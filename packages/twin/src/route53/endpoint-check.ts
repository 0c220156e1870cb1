import type { CheckerReport } from '../control/route53-report.ts';
import { seededRandom } from '../seeded-random.ts';
import { Checker, checkerPhases } from './checker.ts';
import { type CheckerOpinion, NO_OPINION } from './health-verdicts.ts';
import { probeEndpoint, probeTimeouts } from './probe-endpoint.ts';
import type { EndpointCheckDefinition } from './route53-definition.ts';

/** What an endpoint check needs of the twin around it. */
export interface EndpointCheckOptions {
  readonly timeScale: number;
  readonly seed: number;
  /** The IPv4 address of a host name, as this Route 53 answers it now. */
  readonly addressOf: (host: string) => string | undefined;
  /** Where the twin really listens for an address of the definition. */
  readonly connectTo: (address: string) => { readonly host: string; readonly port: number };
  /** Called when a checker has made or changed its opinion. */
  readonly onOpinion: () => void;
}

/** A running endpoint check: its checkers, each of which asks for itself. A disabled check has none. */
export class EndpointCheck {
  readonly definition: EndpointCheckDefinition;
  readonly #checkers: readonly Checker[];

  /**
   * @param before the check that this one takes the place of: what its checkers know stays known while they ask for
   * the same
   */
  constructor(definition: EndpointCheckDefinition, options: EndpointCheckOptions, before?: EndpointCheck) {
    this.definition = definition;
    this.#checkers = definition.disabled ? [] : checkersOf(definition, options, before);
  }

  /** @param originMs when intervals are counted from, by `performance.now()` */
  start(originMs: number): void {
    for (const checker of this.#checkers) checker.start(originMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#checkers.map((checker) => checker.stop()));
  }

  opinions(): CheckerOpinion[] {
    return this.#checkers.map(({ opinion }) => opinion);
  }

  opinionIn(region: string): CheckerOpinion {
    return this.#checkers.find((checker) => checker.region === region)?.opinion ?? NO_OPINION;
  }

  reports(): CheckerReport[] {
    const { disabled, checkerRegions } = this.definition;
    if (!disabled) return this.#checkers.map((checker) => checker.report());
    const idle = { healthy: null, reason: 'disabled', latencyMs: null, checkedAt: null };
    return checkerRegions.map((region) => ({ region, ...idle }));
  }
}

/**
 * What is asked, such as `https://eu-west-1.api.example.com/health`: without the port where it is the protocol's
 * own.
 */
export function checkedUrl({ protocol, host, port, path }: EndpointCheckDefinition): string {
  if (protocol === 'TCP') return `tcp://${host}:${port}`;
  const usual = protocol === 'HTTPS' ? 443 : 80;
  return `${protocol.toLowerCase()}://${host}${port === usual ? '' : `:${port}`}${path}`;
}

function checkersOf(
  definition: EndpointCheckDefinition,
  options: EndpointCheckOptions,
  before: EndpointCheck | undefined,
): Checker[] {
  const { checkerRegions, failureThreshold, id } = definition;
  const intervalMs = (definition.intervalSeconds * 1_000) / options.timeScale;
  const phasesMs = checkerPhases(
    checkerRegions.length,
    intervalMs,
    seededRandom(options.seed, `phases ${id}`),
  );
  const known = before !== undefined && asksTheSame(before.definition, definition) ? before : undefined;
  return checkerRegions.map(
    (region, index) =>
      new Checker({
        region,
        intervalMs,
        phaseMs: phasesMs[index] ?? 0,
        failureThreshold,
        opinion: known?.opinionIn(region) ?? NO_OPINION,
        ask: (signal) => ask(definition, options, signal),
        onOpinion: options.onOpinion,
      }),
  );
}

function asksTheSame(a: EndpointCheckDefinition, b: EndpointCheckDefinition): boolean {
  return checkedUrl(a) === checkedUrl(b) && a.searchString === b.searchString;
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** The name is resolved for every request, as Route 53 does. */
async function ask(
  check: EndpointCheckDefinition,
  { addressOf, connectTo, timeScale }: EndpointCheckOptions,
  signal: AbortSignal,
) {
  const address = IPV4.test(check.host) ? check.host : addressOf(check.host);
  if (address === undefined) return { passed: false, reason: `no A record of ${check.host}` };
  return probeEndpoint(check, { ...connectTo(address), timeouts: probeTimeouts(timeScale), signal });
}
