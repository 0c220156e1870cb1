import type { CheckReport, Route53Report } from '../control/route53-report.ts';
import { seededRandom } from '../seeded-random.ts';
import { type AnswerSources, answerQuestion } from './answer-question.ts';
import { drawRecord } from './choose-records.ts';
import { describeAnswers, describeRecords } from './describe-records.ts';
import type { DnsAnswer, DnsAuthority, DnsQuestion } from './dns-answer.ts';
import { HealthChecks } from './health-checks.ts';
import type { AliasTarget } from './record-health.ts';
import type { RecordSetDefinition, Route53Definition } from './route53-definition.ts';
import { indexZones, type ZoneIndex } from './zone-index.ts';

/** What Route 53 is run with. */
export interface Route53Options {
  readonly definition: Route53Definition;
  /**
   * What alias names such as `d-abc.execute-api.eu-west-1.amazonaws.com` lead to, by name in lower case. Read anew
   * for every answer, so that it may change with the definition.
   */
  readonly targets: ReadonlyMap<string, AliasTarget>;
  /** Where the twin really listens for an address of the definition: without TLS, on another port. */
  readonly connectTo: (address: string) => { readonly host: string; readonly port: number };
  /** How many times faster than on AWS intervals and times to live pass. */
  readonly timeScale: number;
  /** Decides on the checkers' phases and the draws of weighted records. */
  readonly seed: number;
  /** Region that latency routing finds nearest. */
  readonly nearestRegion: string;
  /** Told of every check whose verdict has changed. */
  readonly onVerdict?: (check: CheckReport) => void;
}

/**
 * Route 53 of the twin: checkers that ask the regions over HTTP, verdicts that follow, and answers that follow from
 * the verdicts at once. On AWS a verdict takes some seconds more to reach all name servers.
 */
export class Route53 implements DnsAuthority {
  readonly #options: Route53Options;
  readonly #health: HealthChecks;
  readonly #draw: AnswerSources['draw'];
  #definition: Route53Definition;
  #zones: ReadonlyMap<string, ZoneIndex>;

  constructor(options: Route53Options) {
    const { definition, timeScale, seed, connectTo, onVerdict } = options;
    this.#options = options;
    this.#definition = definition;
    this.#zones = indexZones(definition);
    this.#draw = drawer(seed);
    const addressOf = (host: string) => this.#addressOf(host);
    const { checks } = definition;
    this.#health = new HealthChecks({ checks, timeScale, seed, connectTo, addressOf, onVerdict });
  }

  /** Begins to ask. Once: what was stopped stays so. */
  start(): void {
    this.#health.start();
  }

  /** Ends every request that is under way, and resolves when none is left. */
  async stop(): Promise<void> {
    await this.#health.stop();
  }

  answer(question: DnsQuestion): DnsAnswer {
    return answerQuestion(question, this.#sources(this.#draw));
  }

  /**
   * Goes over to a changed definition at once; what is known of a check that still asks for the same stays known.
   */
  swap(definition: Route53Definition): void {
    this.#definition = definition;
    this.#zones = indexZones(definition);
    this.#health.swap(definition.checks);
  }

  report(): Route53Report {
    const sources = this.#sources((eligible) => eligible);
    const { records } = this.#definition;
    return {
      timeScale: this.#options.timeScale,
      checks: this.#health.reports(),
      records: describeRecords(records, sources),
      answers: describeAnswers(records, sources),
    };
  }

  #addressOf(host: string): string | undefined {
    const { answers } = this.answer({ name: host, type: 'A' });
    for (const answer of answers) if (answer.type === 'A') return answer.data;
    return undefined;
  }

  #sources(draw: AnswerSources['draw']): AnswerSources {
    const { targets, nearestRegion, timeScale } = this.#options;
    const scaledTtl = (seconds: number) => Math.max(1, Math.round(seconds / timeScale));
    return { zones: this.#zones, targets, verdicts: this.#health.verdicts, nearestRegion, draw, scaledTtl };
  }
}

/** One of several weighted records for each answer, all of the others. */
function drawer(seed: number): AnswerSources['draw'] {
  const random = seededRandom(seed, 'weighted records');
  return (eligible: readonly RecordSetDefinition[]) => {
    if (eligible[0]?.routing.policy !== 'weighted') return eligible;
    return [drawRecord(eligible, random)].filter((record) => record !== undefined);
  };
}
