// Goal: nobody can make a day cost more than is said. Method: limits, sizes and regions varied one by one, and each bound
// reached from both sides.
import type { Entity } from '@gsp/platform/contract';
import { defineEntity, defineRoute } from '@gsp/platform/entities';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CALLED_ROUTES, type CalledRoute, calledRoutes, indexesMax } from '../../src/cost/called-routes.ts';
import { requestsPerSecond, worstDay } from '../../src/cost/worst-day.ts';
import { mainTarget } from '../doctor/wired-account.ts';

const DAY = 86_400;
const one = { rateLimit: 1, burstLimit: 1 };
const ten = { rateLimit: 10, burstLimit: 10 };
/** Every route once a second. */
const slow = { probe: ten, health: one, control: one, traffic: one };

function quantityOf(item: string, bill = worstDay(mainTarget({ throttle: slow }))): number {
  return bill.lines.reduce((sum, line) => sum + (line.item === item ? line.quantity : 0), 0);
}

const named = (...names: CalledRoute['name'][]) => CALLED_ROUTES.filter(({ name }) => names.includes(name));

describe('worstDay()', () => {
  test('worstDay() has every route called at its limit all day, in every region, and its burst once', () => {
    const bill = worstDay(mainTarget({ throttle: slow }), named('getLiveness', 'probe', 'default'));
    // GET and HEAD of /health/live, and $default: each 86,401 times; the probe ten times that.
    expect(quantityOf('httpApiRequests', bill)).toBe(2 * (3 + 10) * (DAY + 1));
    expect(quantityOf('lambdaRequests', bill)).toBe(2 * (3 + 10) * (DAY + 1));
    expect(quantityOf('writeUnits', bill)).toBe(0);
  });

  test('worstDay() bills each write as often as it may be attempted, in every region, with a conflict of each', () => {
    const bill = worstDay(mainTarget({ throttle: slow }), named('putItem'));
    // An item of a body of 4 KB and its 2 KB, and a record of its key.
    expect(quantityOf('writeUnits', bill)).toBe(2 * (DAY + 1) * 7 * (8 + 3));
    expect(quantityOf('interRegionGb', bill)).toBeCloseTo((2 * (DAY + 1) * 6_144) / 1024 ** 3, 6);
  });

  test('worstDay() ends where the table does', () => {
    const table = { maxReadRequestUnits: 7, maxWriteRequestUnits: 5 };
    const bill = worstDay(mainTarget({ throttle: slow, table }));
    expect([quantityOf('readUnits', bill), quantityOf('writeUnits', bill)]).toEqual([
      2 * 7 * DAY,
      2 * 5 * DAY,
    ]);
  });

  test('worstDay() meters answers over 512 KB as two, and none of HEAD', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      worstDay(
        mainTarget({ throttle: slow }),
        named('listItems').filter((route) => route.method === method),
      ),
    );
    expect(quantityOf('httpApiRequests', get)).toBe(2 * quantityOf('httpApiRequests', head));
    expect(quantityOf('internetGb', get)).toBeGreaterThan(100 * quantityOf('internetGb', head));
  });

  test.each([
    ['throttle.traffic', { throttle: { ...slow, traffic: ten } }],
    ['throttle.health', { throttle: { ...slow, health: ten } }],
    ['the size of bodies', { throttle: slow, http: { bodyLimitBytes: 100_000 } }],
    ['the number of regions', { throttle: slow, regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'] }],
  ])(
    'worstDay() costs more with %s',
    (_, { regions, ...changes }: Parameters<typeof mainTarget>[0] & object) => {
      const target = mainTarget(changes);
      const placed = regions === undefined ? target : { ...target, regions };
      expect(worstDay(placed).totalUsd).toBeGreaterThan(worstDay(mainTarget({ throttle: slow })).totalUsd);
    },
  );
});

const schema = z.object({ customerId: z.string(), status: z.string() });
const order = defineEntity({
  ...{ name: 'order', schema, partition: 'customerId', access: { read: 'public' } },
  indexes: { byStatus: { partition: 'status' }, byCustomer: { partition: 'customerId' } },
});
const merged: Entity = { ...order, merge: (_mine, theirs) => theirs };
const note = defineEntity({ name: 'note', schema });
const pay = defineRoute({
  ...{ method: 'POST', path: '/payments', request: schema, response: schema },
  handle: (_: unknown, request) => request,
});

describe('calledRoutes()', () => {
  const called = calledRoutes({ entities: { order, note }, routes: { pay } });

  test('calledRoutes() has every route of an entity, HEAD among them, and those of a team’s own', () => {
    const added = called.slice(CALLED_ROUTES.length);
    expect(added.map(({ name, method, like, indexes }) => `${name} ${method} ${like} ${indexes}`)).toEqual([
      'createOrder POST writeItem 2',
      'queryOrders GET listItems 2',
      'queryOrders HEAD listItems 2',
      'listOrders GET listItems 2',
      'listOrders HEAD listItems 2',
      'getOrder GET getItem 2',
      'getOrder HEAD getItem 2',
      ...['putOrder PUT putItem 2', 'patchOrder PATCH patchItem 2', 'deleteOrder DELETE deleteItem 2'],
      ...['createNote POST writeItem 0', 'getNote GET getItem 0', 'getNote HEAD getItem 0'],
      ...['putNote PUT putItem 0', 'patchNote PATCH patchItem 0', 'deleteNote DELETE deleteItem 0'],
      'pay POST putItem 2',
    ]);
    expect(indexesMax({ entities: { note, order } })).toBe(2);
    expect(indexesMax({})).toBe(0);
  });

  test('requestsPerSecond() has each of them at its limit', () => {
    const { settings } = mainTarget({ throttle: slow });
    const more = called.length - CALLED_ROUTES.length;
    expect(requestsPerSecond({ settings, definitions: { entities: { order, note }, routes: { pay } } })).toBe(
      requestsPerSecond({ settings }) + more,
    );
  });

  test('worstDay() writes each index anew in every region, and once more where conflicts are merged', () => {
    const units = (entity: Entity) =>
      quantityOf(
        'writeUnits',
        worstDay(
          mainTarget({ throttle: slow }),
          calledRoutes({ entities: { entity } }).filter(({ name }) => name === `put${capital(entity.name)}`),
        ),
      );
    const calls = DAY + 1;
    const item = 2 * calls * 7 * (8 + 3);
    expect(units(note)).toBe(item);
    // Two indexes, each entry of 6 KB moved: in both regions, by the writes of both.
    const indexes = 2 * calls * (2 * 2 * 6) * 2;
    expect(units(order)).toBe(item + indexes);
    expect(units(merged)).toBe(item + 2 * indexes + 2 * calls * 7 * 2);
  });

  test('worstDay() costs more with an entity', () => {
    const target = mainTarget({ throttle: slow });
    expect(worstDay({ ...target, definitions: { entities: { order } } }).totalUsd).toBeGreaterThan(
      worstDay(target).totalUsd,
    );
  });
});

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
