import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allowedRequestHeaders } from '../../src/contract/headers.ts';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { PlatformApi } from '../../src/infra/platform-api.ts';
import type { StageInput } from '../../src/topology/topology-schema.ts';
import { backendFunction, contextOf, functionIn } from './backend-fixture.ts';

function templateOf(settings: Partial<StageInput> = {}): Template {
  const stack = new Stack(new App(), 'Platform');
  const [health, control, api, authorizer] = ['Health', 'Control', 'Traffic', 'Authorizer'].map((id) =>
    backendFunction(functionIn(stack, id)),
  );
  if (!health || !control || !api || !authorizer) throw new Error('no functions');
  new PlatformApi(stack, 'Api', {
    context: contextOf(settings),
    functions: { health, control, api, authorizer },
  });
  return Template.fromStack(stack);
}

function allowedHeadersIn(template: Template): string[] {
  const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api'));
  return api?.Properties.CorsConfiguration.AllowHeaders;
}

test('PlatformApi serves HEAD beside each GET, with the access and the bucket of the GET', () => {
  const template = templateOf();
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  const settings = stage?.Properties.RouteSettings;
  const reads = servedRoutes.filter(({ method }) => method === 'GET');
  for (const { path, authorization } of reads) {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: `HEAD ${path}`,
      AuthorizationType: authorization === 'iam' ? 'AWS_IAM' : Match.anyValue(),
    });
    expect(settings[`HEAD ${path}`]).toEqual(settings[`GET ${path}`]);
  }
});

test('PlatformApi lets a page send what the platform reads, and a trace', () => {
  const trace = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];
  expect(allowedHeadersIn(templateOf()).toSorted()).toEqual([...allowedRequestHeaders, ...trace].toSorted());
});

test('PlatformApi lets a page send the headers of the stage, each once and never instead of its own', () => {
  const cors = { allowHeaders: ['X-Tenant', 'If-Match', 'x-tenant'] };
  expect(allowedHeadersIn(templateOf({ cors })).toSorted()).toEqual(
    [...allowedRequestHeaders, 'x-tenant'].toSorted(),
  );
});
