import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Definitions } from '../../src/contract/definitions.ts';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import { backendOutputs } from '../../src/infra/backend-outputs.ts';
import { configureFunctions } from '../../src/infra/built-in-functions.ts';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { PlatformApi } from '../../src/infra/platform-api.ts';
import { order } from '../entities/order-entity.ts';
import { backendFunction, contextOf, functionIn } from './backend-fixture.ts';

const plain = defineEntity({
  name: 'plain',
  schema: z.object({ text: z.string() }),
  access: { read: 'public' },
});
const ship = defineRoute({
  method: 'POST',
  path: '/orders/{id}/shipments',
  request: z.object({ id: z.string() }),
  response: z.object({ shipped: z.boolean() }),
  handle: () => ({ shipped: true }),
});

const keys = ['health', 'control', 'api', 'authorizer', 'conflicts', 'streamLookup', 'heartbeat'] as const;

function backendOf(definitions: Definitions) {
  const context = contextOf({
    jwt: {
      issuers: [{ issuer: 'https://id.example.com', audiences: ['shop'] }],
      readScopes: [],
      writeScopes: [],
    },
  });
  const stack = new Stack(new App(), 'Platform');
  const functions = Object.fromEntries(
    keys.map((key) => [
      key,
      backendFunction(functionIn(stack, key, { logGroup: new LogGroup(stack, `${key}Log`) })),
    ]),
  ) as never;
  configureFunctions(functions, { context, table: new GlobalTable(context.tableName), definitions });
  new PlatformApi(stack, 'Api', { context, functions, definitions });
  return { template: Template.fromStack(stack), context };
}

/** What a function may do with the table, as `actions on what, by which keys`. */
function rightsOf(template: Template, key: string): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const statements = policies
    .filter(([id]) => id.startsWith(key))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  return statements
    .filter(({ Effect, Action }) => Effect === 'Allow' && JSON.stringify(Action).includes('dynamodb:'))
    .map(({ Action, Resource, Condition }) => {
      const on = [Resource].flat().map((each: unknown) => /:table\/([^"]*)"/.exec(JSON.stringify(each))?.[1]);
      const by = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      return `${[Action].flat().join(' ').replaceAll('dynamodb:', '')} on ${on.join(' ')}${by === undefined ? '' : ` by ${[by].flat().join(' ')}`}`;
    });
}

describe('what a team defines', () => {
  const { template } = backendOf({ entities: { order, plain }, routes: { ship } });
  const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties,
  );
  const routeOf = (key: string) => routes.find(({ RouteKey }) => RouteKey === key);

  test('is routes of the API, for whom the definition says', () => {
    expect(routeOf('POST /orders')).toMatchObject({ AuthorizationType: 'JWT' });
    expect(routeOf('GET /orders/{customerId}/{id}')).toMatchObject({ AuthorizationType: 'NONE' });
    expect(routeOf('HEAD /orders/{customerId}/{id}')).toMatchObject({ AuthorizationType: 'NONE' });
    expect(routeOf('PATCH /orders/{customerId}/{id}')).toMatchObject({ AuthorizationType: 'JWT' });
    expect(routeOf('GET /orders')).toBeDefined();
    expect(routeOf('GET /plains')).toBeUndefined();
    expect(routeOf('POST /orders/{id}/shipments')).toMatchObject({ AuthorizationType: 'JWT' });
    const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api'));
    expect(api?.Properties.CorsConfiguration.AllowMethods).toContain('PATCH');
  });

  test('gives the function of the API the indexes that are used, and no more', () => {
    expect(rightsOf(template, 'api')).toContain(
      'Query on shop-main-items/index/gsi1 shop-main-items/index/gsi2',
    );
    expect(rightsOf(backendOf({ entities: { plain } }).template, 'api').join()).not.toContain('index');
  });

  test('lets the consumer of the stream write items of entities with a merge, and no others', () => {
    expect(rightsOf(template, 'conflicts')).toContain('GetItem PutItem on shop-main-items by order~*');
    expect(rightsOf(backendOf({ entities: { plain } }).template, 'conflicts').join()).not.toMatch(
      /GetItem|plain/,
    );
  });

  test('is in the outputs as clients need it', () => {
    const { context } = backendOf({});
    const api = { endpoint: 'https://a.example.com' } as never;
    const outputsOf = (definitions: Definitions) =>
      backendOutputs(context, { api, domain: {} as never, definitions }).platform;
    expect(outputsOf({ entities: { order, plain }, routes: { ship } })).toMatchObject({
      entities: {
        orders: {
          name: 'order',
          partition: 'customerId',
          indexes: {
            byStatus: { partition: 'status', sort: 'createdAt' },
            byTotal: { partition: 'customerId', sort: 'total' },
          },
        },
        plains: { name: 'plain', indexes: {} },
      },
      routes: { ship: { method: 'POST', path: '/orders/{id}/shipments' } },
    });
    // The place of an index is told by its place there.
    const { orders } = outputsOf({ entities: { order } }).entities ?? {};
    expect(Object.keys(orders?.indexes ?? {})).toEqual(['byStatus', 'byTotal']);
    expect(outputsOf({})).not.toHaveProperty('entities');
    expect(outputsOf({})).not.toHaveProperty('routes');
  });
});
