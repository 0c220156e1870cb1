import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiAnswer, callApi, setLinks } from './support/call-api.ts';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** What `x-session` promises to one reader, in each way in which a write can be missing where it reads. */
const [HERE, THERE] = ['eu-west-1', 'eu-central-1'] as const;
const LINKS = [HERE, THERE] as const;
const BEHIND = 'urn:problem-type:gsp:replica-behind';

let twin: TwinProcess;
beforeAll(async () => {
  twin = await startTwinProcess({ args: ['--lag', '0', '--no-watch'] });
});
afterAll(() => twin?.end());

/** Another one for each test, so that none finds what one before has left. */
let pk = '';
beforeEach(async () => {
  await healTwin(twin);
  pk = `sessions-${randomUUID()}`;
});

const pathOf = (sk: string) => `/items/${pk}/${sk}`;

function put(region: string, sk: string, text: string): Promise<ApiAnswer> {
  return callApi(twin, region, { method: 'PUT', path: pathOf(sk), body: { data: { text } } });
}

function get(region: string, sk: string, session = ''): Promise<ApiAnswer> {
  return callApi(twin, region, { path: pathOf(sk), headers: session === '' ? {} : { 'x-session': session } });
}

/** Waits until a region shows a text, read without a session. */
function shown(region: string, sk: string, text: string): Promise<void> {
  return eventually(async () => textOf(await get(region, sk)) === text, {
    what: () => `${text} in ${region}`,
  });
}

/** Waits until both regions hold the same version. */
function settledEverywhere(sk: string): Promise<void> {
  return eventually(async () => {
    const [here, there] = await Promise.all(LINKS.map((region) => get(region, sk)));
    return here?.etag !== '' && here?.etag === there?.etag;
  });
}

function textOf({ body }: ApiAnswer): unknown {
  return (body.item?.data as { text?: unknown } | undefined)?.text;
}

test('a read in another region is answered once the write is there that its session has seen', async () => {
  await setLinks(twin, LINKS, 'cut');
  const { session } = await put(HERE, 'waits', 'mine');
  expect((await get(THERE, 'waits')).status).toBe(404);
  const read = await readOnceItArrives('waits', session);
  expect([read.status, textOf(read)]).toEqual([200, 'mine']);
});

test('a read names the region that has the write, while a link is cut, and finds it there', async () => {
  await setLinks(twin, LINKS, 'cut');
  const { session } = await put(HERE, 'behind', 'mine');
  const read = await get(THERE, 'behind', session);
  expect([read.status, read.body.type, read.body.region]).toEqual([503, BEHIND, HERE]);
  expect(Number(read.retryAfter)).toBeGreaterThan(0);
  expect(textOf(await get(read.body.region ?? '', 'behind', session))).toBe('mine');
});

test.each(LINKS)(
  'a read in %s tells that the write was lost, with its entry in the conflict log',
  async (region) => {
    const sk = `lost-${region}`;
    await setLinks(twin, LINKS, 'cut');
    const { session } = await put(HERE, sk, 'mine');
    await put(THERE, sk, 'theirs');
    await setLinks(twin, LINKS, 'heal');
    await shown(HERE, sk, 'theirs');
    const read = await answeredRead(region, sk, session);
    expect([read.status, textOf(read)]).toEqual([200, 'theirs']);
    expect(read.body.superseded).toMatchObject({ loser: { data: { text: 'mine' } }, detectedIn: HERE });
  },
);

test.each(LINKS)(
  'a read in %s tells of the loss when what was built on the write is what was lost',
  async (region) => {
    const sk = `built-on-${region}`;
    await setLinks(twin, LINKS, 'cut');
    const { session } = await put(HERE, sk, 'mine');
    await put(HERE, sk, "another editor's, on top of mine");
    await put(THERE, sk, 'theirs');
    await setLinks(twin, LINKS, 'heal');
    await shown(HERE, sk, 'theirs');
    const read = await answeredRead(region, sk, session);
    expect([read.status, textOf(read)]).toEqual([200, 'theirs']);
    expect(read.body.superseded).toMatchObject({
      loser: { data: { text: "another editor's, on top of mine" } },
    });
  },
);

test.each(LINKS)(
  'a read in %s is answered when what was seen was deleted in both regions at once',
  async (region) => {
    const sk = `deleted-${region}`;
    await put(HERE, sk, 'draft');
    await shown(THERE, sk, 'draft');
    await setLinks(twin, LINKS, 'cut');
    const { session } = await put(HERE, sk, 'mine');
    for (const each of LINKS) {
      const { status } = await callApi(twin, each, { method: 'DELETE', path: pathOf(sk) });
      expect(status).toBe(204);
    }
    await setLinks(twin, LINKS, 'heal');
    expect((await put(THERE, sk, 'next')).status).toBe(200);
    await shown(HERE, sk, 'next');
    expect(textOf(await answeredRead(region, sk, session))).toBe('next');
  },
);

/** An image names the last 32 writes before it: after 40 the first ones are forgotten. */
const HISTORIES = [
  [HERE, 1],
  [THERE, 1],
  [HERE, 40],
  [THERE, 40],
] as const;

test.each(HISTORIES)(
  'a read in %s is answered when one keyed write replaced what was seen and its rival, after %i writes',
  async (region, writes) => {
    const sk = `keyed-${writes}-${region}`;
    for (let count = 1; count <= writes; count += 1) await put(HERE, sk, `draft ${count}`);
    await shown(THERE, sk, `draft ${writes}`);
    await setLinks(twin, LINKS, 'cut');
    const { session } = await put(HERE, sk, 'mine');
    await put(THERE, sk, 'theirs');
    for (const each of LINKS) {
      const headers = { 'idempotency-key': `key-${sk}` };
      const request = { method: 'PUT', path: pathOf(sk), body: { data: { text: 'both' } }, headers };
      expect((await callApi(twin, each, request)).status).toBe(200);
    }
    await setLinks(twin, LINKS, 'heal');
    await settledEverywhere(sk);
    expect(textOf(await answeredRead(region, sk, session))).toBe('both');
  },
);

test('a read in another region does not bring back what its session has deleted', async () => {
  await put(HERE, 'gone', 'mine');
  await shown(THERE, 'gone', 'mine');
  await setLinks(twin, LINKS, 'cut');
  const { session } = await callApi(twin, HERE, { method: 'DELETE', path: pathOf('gone') });
  expect((await get(THERE, 'gone')).status).toBe(200);
  expect((await readOnceItArrives('gone', session)).status).toBe(404);
});

const REFUSABLE = [
  { what: 'a DELETE, which would find nothing', method: 'DELETE', match: false, status: 204 },
  { what: 'a DELETE on the version that was seen', method: 'DELETE', match: true, status: 204 },
  { what: 'a PUT on the version that was seen', method: 'PUT', match: true, status: 200 },
] as const;

test.each(REFUSABLE)(
  'a region that is behind refuses for now, not for good: $what',
  async ({ method, match, status }) => {
    const sk = `refused-${method}-${match}`;
    await setLinks(twin, LINKS, 'cut');
    const { session, etag } = await put(HERE, sk, 'mine');
    const headers = { 'x-session': session, ...(match && { 'if-match': etag }) };
    const body = method === 'PUT' ? { body: { data: { text: 'next' } } } : {};
    const send = () => callApi(twin, THERE, { method, path: pathOf(sk), headers, ...body });
    const refused = await send();
    expect([refused.status, refused.body.type, refused.body.region]).toEqual([503, BEHIND, HERE]);
    await setLinks(twin, LINKS, 'heal');
    await shown(THERE, sk, 'mine');
    expect((await send()).status).toBe(status);
    // Its condition does not hold any more: now that is so for this session, too.
    if (match) expect((await send()).status).toBe(412);
  },
);

test('a keyed write that was made in one region is not refused in another that it has not reached', async () => {
  const first = await put(HERE, 'failover', 'draft');
  await shown(THERE, 'failover', 'draft');
  await setLinks(twin, LINKS, 'cut');
  const { etag } = await put(HERE, 'failover', 'second');
  const key = { 'idempotency-key': randomUUID(), 'if-match': etag };
  const write = { method: 'PUT', path: pathOf('failover'), body: { data: { text: 'mine' } } };
  const made = await callApi(twin, HERE, { ...write, headers: { ...key, 'x-session': first.session } });
  expect(made.status).toBe(200);
  const repeat = () => callApi(twin, THERE, { ...write, headers: { ...key, 'x-session': made.session } });
  expect([(await repeat()).body.type, (await repeat()).body.region]).toEqual([BEHIND, HERE]);
  await setLinks(twin, LINKS, 'heal');
  await shown(THERE, 'failover', 'mine');
  const repeated = await repeat();
  expect([repeated.status, repeated.etag]).toEqual([200, made.etag]);
});

/** Reads in another region what has not arrived there, is sent away, lets it arrive, and reads again. */
async function readOnceItArrives(sk: string, session: string): Promise<ApiAnswer> {
  expect(await get(THERE, sk, session)).toMatchObject({ status: 503, body: { region: HERE } });
  await setLinks(twin, LINKS, 'heal');
  return answeredRead(THERE, sk, session);
}

/** Reads with a session until the answer is another one than "come back later". */
async function answeredRead(region: string, sk: string, session: string): Promise<ApiAnswer> {
  let answer = await get(region, sk, session);
  await eventually(
    async () => {
      if (answer.status !== 503) return true;
      answer = await get(region, sk, session);
      return answer.status !== 503;
    },
    { limitMs: 30_000, what: () => `an answer other than ${JSON.stringify(answer.body)}` },
  );
  return answer;
}
