import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { clientMembers } from '@gsp/platform/contract';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, test } from 'vitest';
import type { Client } from '../src/client.ts';
import { createClient } from '../src/fetch.ts';
import type * as entities from './support/shop-entities.ts';
import type * as routes from './support/shop-routes.ts';

type Shop = Client<typeof entities, typeof routes>;
type Order = Awaited<ReturnType<Shop['orders']['get']>>['item'];

/** As a program would have it; an interface has no index signature, unlike a type. */
interface NewOrder {
  customerId: string;
  status: 'open' | 'paid';
  total: number;
}

describe('the types of a client', () => {
  test('come from the schema: its input goes in, its output comes out', () => {
    type Input = Parameters<Shop['orders']['create']>[0];
    expectTypeOf<NewOrder>().toExtend<Input>();
    expectTypeOf<Input['lines']>().toEqualTypeOf<{ sku: string; count: number }[] | undefined>();
    expectTypeOf<Input['id']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Order['lines']>().toEqualTypeOf<{ sku: string; count: number }[]>();
    expectTypeOf<Order['id']>().toBeString();
    expectTypeOf<Order['createdAt']>().toBeString();
    expectTypeOf<Order['note']>().toEqualTypeOf<string | undefined>();
  });

  test('let what was read be a key, and be put back', () => {
    expectTypeOf<Order>().toExtend<Parameters<Shop['orders']['get']>[0]>();
    expectTypeOf<Order>().toExtend<Parameters<Shop['orders']['put']>[0]>();
    expectTypeOf<{ id: string }>().toExtend<Parameters<Shop['categories']['get']>[0]>();
  });

  test('give lists to await and to iterate over', () => {
    type List = ReturnType<Shop['orders']['list']>;
    expectTypeOf<Awaited<List>['items']>().toEqualTypeOf<readonly Order[]>();
    expectTypeOf<List>().toExtend<AsyncIterable<Order>>();
  });

  test('have the members that no entity takes', () => {
    expectTypeOf<(typeof clientMembers)[number]>().toEqualTypeOf<keyof Client>();
  });

  test('know routes by their names', () => {
    const { call }: Pick<Shop, 'call'> = createClient<typeof entities, typeof routes>({ regions: [west] });
    expectTypeOf(call<'shipOrder'>)
      .parameter(1)
      .toHaveProperty('carrier');
    expectTypeOf(call<'shipOrder'>)
      .returns.resolves.toHaveProperty('result')
      .toEqualTypeOf<{
        trackingId: string;
      }>();
    expectTypeOf(call<'topSellers'>)
      .returns.resolves.toHaveProperty('result')
      .toEqualTypeOf<string[]>();
  });
});

const west = { region: 'eu-west-1', apiName: 'west', endpoint: 'http://127.0.0.1:1' };

/** What must not compile, and what the compiler says of it. */
const mistakes: Readonly<Record<string, readonly [code: string, message: RegExp]>> = {
  'an unknown field of create': [
    `client.orders.create({ customerId: 'c', status: 'open', total: 1, totl: 2 })`,
    /'totl' does not exist in type/,
  ],
  'an unknown field of a part': [
    `client.orders.create({ customerId: 'c', status: 'open', total: 1, address: { city: 'x', street: 'y' } })`,
    /'street' does not exist in type/,
  ],
  'an unknown field of put': [
    `client.orders.put({ id: 'o', customerId: 'c', status: 'open', total: 1, totl: 2 })`,
    /'totl' does not exist in type/,
  ],
  'an unknown field of patch': [
    `client.orders.patch({ customerId: 'c', id: 'o' }, { totl: 2 })`,
    /'totl' does not exist in type/,
  ],
  'a changed partition': [
    `client.orders.patch({ customerId: 'c', id: 'o' }, { customerId: 'd' })`,
    /'customerId' does not exist in type/,
  ],
  'null for a field that must be there': [
    `client.orders.patch({ customerId: 'c', id: 'o' }, { total: null })`,
    /Type 'null' is not assignable to type 'number/,
  ],
  'a missing field': [
    `client.orders.create({ customerId: 'c', status: 'open' })`,
    /Property 'total' is missing/,
  ],
  'a value that the schema does not have': [
    `client.orders.create({ customerId: 'c', status: 'shut', total: 1 })`,
    /"shut"' is not assignable to type '"open" \| "paid"'/,
  ],
  'a key without its partition': [`client.orders.get({ id: 'o' })`, /Property 'customerId' is missing/],
  'a partition that the entity does not have': [
    `client.categories.get({ id: 'a', customerId: 'c' })`,
    /'customerId' does not exist in type/,
  ],
  'a list of an entity without partition': [
    `client.categories.list({})`,
    /Property 'list' does not exist on type/,
  ],
  'a query of an entity without indexes': [
    `client.categories.query('byTitle', {})`,
    /Property 'query' does not exist on type/,
  ],
  'an unknown index': [
    `client.orders.query('byStat', { status: 'open' })`,
    /'"byStat"' is not assignable to parameter of type '"byStatus" \| "byTotal"'/,
  ],
  'the field of another index': [
    `client.orders.query('byStatus', { total: 1 })`,
    /'total' does not exist in type/,
  ],
  'an unknown entity': [`client.invoices.get({ id: 'a' })`, /Property 'invoices' does not exist on type/],
  'an unknown route': [`client.call('shipOrders', {})`, /'"shipOrders"' is not assignable to parameter/],
  'an unknown member of a route': [
    `client.call('shipOrder', { customerId: 'c', id: 'o', speed: 1 })`,
    /'speed' does not exist in type/,
  ],
  'a client without entities': [
    `createClient({ outputs: {} }).orders.get({ id: 'a' })`,
    /Property 'orders' does not exist on type/,
  ],
  'outputs and regions together': [
    `createClient({ outputs: {}, regions: [] })`,
    /is not assignable to (parameter of )?type/,
  ],
};

describe('the compiler refuses', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const said = new Map<string, string>();
  let folder = '';
  let codeOfDocument = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gsp-types-'));
    const files = ['right.ts', ...Object.keys(mistakes).map((_, index) => `wrong-${index}.ts`)];
    const wrong = Object.values(mistakes).map(([code]) => `${prologue(root)}export const call = ${code};\n`);
    codeOfDocument = await documentedProgram(root);
    const codes = [codeOfDocument, ...wrong];
    for (const [index, code] of codes.entries()) await writeFile(path.join(folder, files[index] ?? ''), code);
    const compilerOptions = { types: [], lib: ['ES2023', 'DOM', 'DOM.Iterable'] };
    const config = {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions,
      include: ['*.ts'],
      exclude: [],
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const line of (await compilerOutput(root, folder)).split(/\n(?=\S)/)) {
      const [, file = ''] = /([\w-]+\.ts)\(/.exec(line) ?? [];
      said.set(file, `${said.get(file) ?? ''}${line}\n`);
    }
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.keys(mistakes).map((what, index) => [what, `wrong-${index}.ts`] as const))(
    '%s',
    (what, file) => {
      expect(said.get(file)).toMatch(mistakes[what]?.[1] ?? /never/);
    },
  );

  it('nothing else, and nothing of what docs/client.md prints', () => {
    expect(codeOfDocument).toContain('client.orders.create');
    const wrong = Object.keys(mistakes).map((_, index) => `wrong-${index}.ts`);
    expect([...said.keys()].sort()).toEqual(wrong.sort());
  });
});

function prologue(root: string): string {
  const client = path.join(root, 'packages/client');
  return `import { createClient } from '${client}/src/fetch.ts';
import type * as entities from '${client}/test/support/shop-entities.ts';
import type * as routes from '${client}/test/support/shop-routes.ts';
export const client = createClient<typeof entities, typeof routes>({ outputs: {} });
`;
}

/** What docs/client.md prints of entities, but that the shop's stand in for those of a team. */
async function documentedProgram(root: string): Promise<string> {
  const document = await readFile(path.join(root, 'docs/client.md'), 'utf8');
  const [, section = ''] = document.split('\n## Your entities and routes\n');
  const [, code = ''] = /\n```ts\n(.*?)\n```/s.exec(section) ?? [];
  const client = path.join(root, 'packages/client');
  return code
    .replace('@gsp/client', `${client}/src/fetch.ts`)
    .replace('./amplify/entities/index.ts', `${client}/test/support/shop-entities.ts`)
    .replace('./amplify/routes/index.ts', `${client}/test/support/shop-routes.ts`)
    .replace('./amplify_outputs.json', `${root}/amplify_outputs.json`);
}

function compilerOutput(root: string, project: string): Promise<string> {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '--pretty', 'false', '-p', project], (_, stdout) =>
      resolve(stdout.trim()),
    );
  });
}
