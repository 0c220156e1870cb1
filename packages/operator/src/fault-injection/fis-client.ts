import { z } from 'zod';
import { CloudError } from '../cloud/cloud-error.ts';
import { askFis, type FisPlace, type FisRequest } from './fis-request.ts';

const stateSchema = z.object({
  status: z.string(),
  reason: z.string().optional(),
});

const experimentSchema = z.object({
  id: z.string(),
  experimentTemplateId: z.string(),
  state: stateSchema,
});

/** An experiment as it stands. */
export type FisExperiment = z.infer<typeof experimentSchema>;

const templateSchema = z.object({ id: z.string(), tags: z.record(z.string(), z.string()).default({}) });

/** What an experiment can be started from. */
export type FisTemplate = z.infer<typeof templateSchema>;

const nextToken = z.string().nullish();
const answers = {
  templates: z.object({ experimentTemplates: z.array(templateSchema), nextToken }),
  experiments: z.object({ experiments: z.array(experimentSchema), nextToken }),
  experiment: z.object({ experiment: experimentSchema }),
};

/** Pages of a list that are read, so that an answer without an end has one. */
const PAGES_MAX = 100;

/** AWS Fault Injection Service of one Region, as far as experiments are run with it. Every call is bounded. */
export interface FisClient {
  readonly region: string;
  templates(signal: AbortSignal): Promise<readonly FisTemplate[]>;
  /** All experiments that were ever started from the template, as long as FIS remembers them. */
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

/** Whether nothing more will come of the experiment. */
export function isOver({ state: { status } }: FisExperiment): boolean {
  return ['completed', 'stopped', 'failed', 'cancelled'].includes(status);
}

/** The client of one Region. Its calls throw {@link CloudError}, as `askFis` tells. */
export function fisClient(place: FisPlace): FisClient {
  const ask = async <T>(request: FisRequest, { schema, signal }: Asked<T>): Promise<T> => {
    const read = schema.safeParse(await askFis(place, request, signal));
    if (read.success) return read.data;
    throw new CloudError(
      `Cannot ${request.act} in ${place.region}: ${read.error.issues[0]?.path.join('.')} is missing or of another kind, FIS's own answer is needed. Check AWS_ENDPOINT_URL where it is set.`,
      { cause: read.error },
    );
  };
  const one = async (request: FisRequest, signal: AbortSignal) =>
    (await ask(request, { schema: answers.experiment, signal })).experiment;
  return {
    region: place.region,
    templates: (signal) =>
      allPages(async (query) => {
        const request = get('/experimentTemplates', { query, act: 'list experiment templates' });
        const page = await ask(request, { schema: answers.templates, signal });
        return { items: page.experimentTemplates, nextToken: page.nextToken };
      }),
    experimentsOf: (experimentTemplateId, signal) =>
      allPages(async (query) => {
        const asked = { query: { ...query, experimentTemplateId }, act: 'list experiments' };
        const page = await ask(get('/experiments', asked), { schema: answers.experiments, signal });
        return { items: page.experiments, nextToken: page.nextToken };
      }),
    start: ({ templateId, token }, signal) => {
      const body = { clientToken: token, experimentTemplateId: templateId };
      return one({ method: 'POST', path: '/experiments', body, act: 'start an experiment' }, signal);
    },
    get: (id, signal) => one(get(pathOf(id), { act: `look at experiment ${id}` }), signal),
    stop: (id, signal) => one({ method: 'DELETE', path: pathOf(id), act: `end experiment ${id}` }, signal),
  };
}

interface Asked<T> {
  readonly schema: z.ZodType<T>;
  readonly signal: AbortSignal;
}

function get(path: string, rest: Pick<FisRequest, 'query' | 'act'>): FisRequest {
  return { method: 'GET', path, ...rest };
}

function pathOf(id: string): string {
  return `/experiments/${encodeURIComponent(id)}`;
}

async function allPages<T>(
  page: (
    query: Readonly<Record<string, string>>,
  ) => Promise<{ items: readonly T[]; nextToken?: string | null | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let query: Readonly<Record<string, string>> = {};
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const { items, nextToken: token } = await page(query);
    all.push(...items);
    if (token === undefined || token === null) break;
    query = { nextToken: token };
  }
  return all;
}
