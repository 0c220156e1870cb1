import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedRequestHeaders, routes } from '@gsp/platform/contract';
import { RegionalApi, type TokenSettings } from '@gsp/platform/infra';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { HttpApiDefinition } from '../../src/http-api/http-api-definition.ts';
import { functionWith, resolveDirectory } from '../assembly/assembly-fixture.ts';

/** What the twin reads of the API that the contract's routes and these tokens synthesize to. */
export function apiDefinitionWith(tokens: TokenSettings | null): HttpApiDefinition {
  const { Resources } = Template.fromStack(stackOfApiWithTokens(tokens)).toJSON();
  // Code in a template is not run here; every function gets the form of one with an asset.
  const resources = Object.fromEntries(
    Object.entries<{ Type: string; Properties: { FunctionName?: string } }>(Resources).map(
      ([id, resource]) => [
        id,
        resource.Type === 'AWS::Lambda::Function'
          ? functionWith({}, { FunctionName: resource.Properties.FunctionName })
          : resource,
      ],
    ),
  );
  return resolved(resources);
}

/** A stack with every route of the contract, one function behind all of them, and these tokens asked for. */
function stackOfApiWithTokens(tokens: TokenSettings | null): Stack {
  const stack = new Stack(new App(), 'Platform');
  const functionOf = (id: string) =>
    new LambdaFunction(stack, id, {
      functionName: id.toLowerCase(),
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({})'),
    });
  const handler = functionOf('Traffic');
  const throttle = { rateLimit: 10_000, burstLimit: 5_000 };
  new RegionalApi(stack, 'Api', {
    apiName: 'shop',
    routes: routes.map((route) => ({ ...route, handler, throttle })),
    defaultHandler: handler,
    probe: { handler, throttle },
    defaultThrottle: throttle,
    allowOrigins: ['https://shop.example.com'],
    allowHeaders: allowedRequestHeaders,
    exposeHeaders: [],
    accessLogGroupName: '/aws/vendedlogs/apis/shop',
    logRetentionDays: 3,
    tokens,
    tokenVerifier: functionOf('Verifier'),
  });
  return stack;
}

function resolved(Resources: object): HttpApiDefinition {
  const directory = mkdtempSync(join(tmpdir(), 'authorized-api-'));
  try {
    const properties = { templateFile: 'Root.template.json' };
    const environment = 'aws://unknown-account/unknown-region';
    const artifacts = { Root: { type: 'aws:cloudformation:stack', environment, properties } };
    mkdirSync(join(directory, 'asset.c0de'));
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
    writeFileSync(join(directory, properties.templateFile), JSON.stringify({ Resources }));
    const [definition] = resolveDirectory(directory).httpApis;
    if (definition === undefined) throw new Error('no API was synthesized');
    return definition;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
