import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { RegionalApi, type RegionalApiProps } from '../../src/infra/regional-api.ts';
import { probeKey, routeKeyOf, stackId } from './template-queries.ts';

/** Turns every finding of CDK's template validation into an error. */
const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

function placedApi(props: Partial<RegionalApiProps> = {}, authorization: 'none' | 'iam' = 'none') {
  const stack = new Stack(new App({ context: STRICT }), 'Platform');
  const [probe, traffic] = ['Probe', 'Traffic'].map(
    (id) =>
      new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => ({})'),
      }),
  );
  if (probe === undefined || traffic === undefined) throw new Error('no functions');
  const regionalApi = new RegionalApi(stack, 'Api', {
    apiName: 'shop-main-eu-west-1',
    routes: [
      { method: 'GET', path: '/health', handler: probe, throttle: { rateLimit: 20, burstLimit: 10 } },
      {
        method: 'POST',
        path: '/items/{pk}',
        handler: traffic,
        throttle: { rateLimit: 200, burstLimit: 100 },
        authorization,
      },
      { method: 'GET', path: '/items/{pk}', handler: traffic, throttle: { rateLimit: 200, burstLimit: 100 } },
    ],
    probe: { handler: probe, throttle: { rateLimit: 30, burstLimit: 15 } },
    defaultHandler: traffic,
    defaultThrottle: { rateLimit: 2, burstLimit: 1 },
    allowOrigins: ['https://shop.example.com'],
    allowHeaders: ['content-type'],
    exposeHeaders: ['x-region'],
    accessLogGroupName: '/aws/vendedlogs/apis/shop-main-eu-west-1',
    logRetentionDays: 3,
    ...props,
  });
  return { stack, regionalApi };
}

const templates = new Map<string, Template>();

/** Each template once: validating it takes longer than all that is asked of it. */
function templateOf(...given: Parameters<typeof placedApi>): Template {
  const shape = JSON.stringify(given);
  const template = templates.get(shape) ?? Template.fromStack(placedApi(...given).stack);
  templates.set(shape, template);
  return template;
}

describe('RegionalApi', () => {
  test('RegionalApi has one stage, deployed on every change, that waits for its routes', () => {
    const template = templateOf();
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const routeIds = Object.keys(template.findResources('AWS::ApiGatewayV2::Route'));
    expect(routeIds).toHaveLength(5);
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(routeIds));
  });

  test('RegionalApi throttles each route by itself, and the probe by what no other route is left with', () => {
    const settings = (rate: number, burst: number) => ({
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
      DetailedMetricsEnabled: false,
    });
    templateOf().hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: settings(30, 15),
      RouteSettings: {
        'GET /health': settings(20, 10),
        'POST /items/{pk}': settings(200, 100),
        'GET /items/{pk}': settings(200, 100),
        $default: settings(2, 1),
      },
    });
  });

  test.each([
    [{}, 'ipv4'],
    [{ dualStack: false }, 'ipv4'],
    [{ dualStack: true }, 'dualstack'],
  ])('RegionalApi with %j is reached over %s', (props, IpAddressType) => {
    templateOf(props).hasResourceProperties('AWS::ApiGatewayV2::Api', { IpAddressType });
  });

  test('RegionalApi asks the function of the probe at a path that is known when the stack is there, and not before', () => {
    const { stack, regionalApi } = placedApi();
    expect(stack.resolve(regionalApi.probePath)).toEqual({ 'Fn::Join': ['', ['/health/', stackId]] });
    const template = templateOf();
    const [probe] = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).filter(
      ({ Properties }) => typeof Properties.RouteKey !== 'string',
    );
    expect(probe?.Properties.RouteKey).toEqual({ 'Fn::Join': ['', ['GET /health/', stackId]] });
  });

  test('RegionalApi gives a function one integration, however many routes it answers', () => {
    templateOf().resourceCountIs('AWS::ApiGatewayV2::Integration', 2);
  });

  test('RegionalApi lets API Gateway invoke a function on behalf of this API only, once for all its routes', () => {
    const permissions = Object.values(templateOf().findResources('AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(2);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toMatch(/:execute-api:.*\{"Ref":"Api[A-Z0-9]+"\}/);
    }
  });

  test('RegionalApi asks IAM who calls on the routes that say so, and nobody on any other', () => {
    const template = templateOf({}, 'iam');
    const types = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      routeKeyOf(Properties),
      Properties.AuthorizationType,
    ]);
    expect(Object.fromEntries(types)).toEqual({
      'GET /health': 'NONE',
      [probeKey]: 'NONE',
      'POST /items/{pk}': 'AWS_IAM',
      'GET /items/{pk}': 'NONE',
      $default: 'NONE',
    });
  });

  test.each([
    [undefined, false],
    [true, false],
    [false, true],
  ])('RegionalApi answers under the name of API Gateway unless told not to: %s', (endpoint, disabled) => {
    const props = endpoint === undefined ? {} : { executeApiEndpoint: endpoint };
    templateOf(props).hasResourceProperties('AWS::ApiGatewayV2::Api', {
      DisableExecuteApiEndpoint: disabled,
    });
  });

  test('RegionalApi has its errors counted under the names that HTTP APIs have, on which alarms can be set', () => {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    const { regionalApi, stack } = placedApi();
    const { api, stage } = regionalApi;
    const names = [api.metricClientError(), api.metricServerError(), stage.metricServerError()];
    expect(names.map(({ namespace, metricName }) => [namespace, metricName])).toEqual([
      ['AWS/ApiGateway', '4xx'],
      ['AWS/ApiGateway', '5xx'],
      ['AWS/ApiGateway', '5xx'],
    ]);
    expect(stack.resolve(stage.metricServerError().dimensions)).toEqual({
      ApiId: { Ref: expect.stringMatching(/^Api/) },
      Stage: '$default',
    });
  });

  test('RegionalApi writes an access log of JSON lines within the 3 KB that API Gateway takes', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/vendedlogs/apis/shop-main-eu-west-1',
      RetentionInDays: 3,
    });
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties.AccessLogSettings.Format;
    expect(Buffer.byteLength(format)).toBeLessThan(3 * 1024);
    const fields: Record<string, string> = JSON.parse(format);
    expect(fields).toMatchObject({
      requestId: '$context.requestId',
      lambdaRequestId: '$context.integration.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      responseLatency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationErrorMessage: '$context.integrationErrorMessage',
    });
    expect(Object.values(fields).every((value) => value.startsWith('$context.'))).toBe(true);
    // Who called, for which item, and what callers write freely: addresses, identities, paths with keys, headers.
    expect(format).not.toMatch(/\$context\.(identity|authorizer|path\b|customDomain)/);
  });

  test('RegionalApi answers preflights for the methods of its routes, without cookies', () => {
    templateOf({ corsMaxAgeSeconds: 60 }).hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: ['https://shop.example.com'],
        AllowMethods: ['GET', 'POST'],
        AllowHeaders: ['content-type'],
        ExposeHeaders: ['x-region'],
        AllowCredentials: false,
        MaxAge: 60,
      },
    });
  });
});
