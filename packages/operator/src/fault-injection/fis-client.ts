import {
  FisClient as AwsFisClient,
  GetExperimentCommand,
  paginateListExperiments,
  paginateListExperimentTemplates,
  StartExperimentCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis';
import type { OperatorCredentials } from '@gsp/client/operator';
import { askAws, type CloudAct, CloudError } from '../cloud/cloud-error.ts';
import { nameFisError } from './fis-errors.ts';

/** An experiment as FIS reports it. */
export interface FisExperiment {
  readonly id: string;
  readonly experimentTemplateId: string;
  readonly state: { readonly status: string; readonly reason?: string };
}

/** What an experiment can be started from. */
export interface FisTemplate {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where AWS Fault Injection Service is asked, and as whom. */
export interface FisTarget {
  readonly region: string;
  /** Called for every request, so that temporary credentials are fresh when they are used. */
  readonly credentials: () => Promise<OperatorCredentials>;
  /** URL without a path. @default - AWS_ENDPOINT_URL_FIS, AWS_ENDPOINT_URL, or the region's own */
  readonly endpoint?: string;
}

/**
 * AWS Fault Injection Service of one region, as far as experiments are run with it. Every call is bounded, is repeated where
 * that may help, and throws a {@link CloudError}, or the signal's reason where that aborts.
 */
export interface FisClient {
  readonly region: string;
  templates(signal: AbortSignal): Promise<readonly FisTemplate[]>;
  /** All experiments that were ever started from the template, as long as FIS remembers them: it lists those of the account. */
  experimentsOf(templateId: string, signal: AbortSignal): Promise<readonly FisExperiment[]>;
  /** @param start.token - the same one starts the same experiment, however often it is sent */
  start(
    start: { readonly templateId: string; readonly token: string },
    signal: AbortSignal,
  ): Promise<FisExperiment>;
  get(id: string, signal: AbortSignal): Promise<FisExperiment>;
  /** Has it ended; what was broken heals a little later. */
  stop(id: string, signal: AbortSignal): Promise<FisExperiment>;
}

const ATTEMPTS_MAX = 4;
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;

/** Whether nothing more will come of the experiment. */
export function isOver({ state: { status } }: FisExperiment): boolean {
  return ['completed', 'stopped', 'failed', 'cancelled'].includes(status);
}

/** The client of one region. */
export function fisClient({ region, credentials, endpoint }: FisTarget): FisClient {
  const client = new AwsFisClient({
    region,
    credentials,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  });
  const ask = async <T>(act: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
    const doing = { act, region };
    try {
      return await askAws(doing, () =>
        call().catch((error: unknown) => Promise.reject(nameFisError(error, doing))),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
  const one = (
    act: string,
    signal: AbortSignal,
    send: () => Promise<{ experiment?: PartialExperiment | undefined }>,
  ): Promise<FisExperiment> =>
    ask(act, signal, async () => wholeExperiment((await send()).experiment, { act, region }));
  return {
    region,
    templates: (signal) =>
      ask('list experiment templates', signal, async () => {
        const templates: FisTemplate[] = [];
        const pages = paginateListExperimentTemplates({ client }, {}, { abortSignal: signal });
        for await (const { experimentTemplates = [] } of pages)
          for (const { id, tags = {} } of experimentTemplates)
            if (id !== undefined) templates.push({ id, tags });
        return templates;
      }),
    experimentsOf: (templateId, signal) =>
      ask('list experiments', signal, async () => {
        const all: FisExperiment[] = [];
        const pages = paginateListExperiments({ client }, {}, { abortSignal: signal });
        for await (const { experiments = [] } of pages)
          all.push(
            ...experiments.map((found) => wholeExperiment(found, { act: 'list experiments', region })),
          );
        return all.filter(({ experimentTemplateId }) => experimentTemplateId === templateId);
      }),
    start: ({ templateId, token }, signal) => {
      const command = new StartExperimentCommand({ clientToken: token, experimentTemplateId: templateId });
      return one('start an experiment', signal, () => client.send(command, { abortSignal: signal }));
    },
    get: (id, signal) =>
      one(`look at experiment ${id}`, signal, () =>
        client.send(new GetExperimentCommand({ id }), { abortSignal: signal }),
      ),
    stop: (id, signal) =>
      one(`end experiment ${id}`, signal, () =>
        client.send(new StopExperimentCommand({ id }), { abortSignal: signal }),
      ),
  };
}

/** As the SDK types it: every member may be missing. */
interface PartialExperiment {
  readonly id?: string | undefined;
  readonly experimentTemplateId?: string | undefined;
  readonly state?: { readonly status?: string | undefined; readonly reason?: string | undefined } | undefined;
}

function wholeExperiment(found: PartialExperiment | undefined, { act, region }: CloudAct): FisExperiment {
  const { id, experimentTemplateId, state: { status, reason } = {} } = found ?? {};
  if (id !== undefined && experimentTemplateId !== undefined && status !== undefined)
    return { id, experimentTemplateId, state: { status, ...(reason !== undefined && { reason }) } };
  throw new CloudError(
    `Cannot ${act} in ${region}: experiment is missing or of another kind, FIS's own answer is needed. Check AWS_ENDPOINT_URL where it is set.`,
  );
}
