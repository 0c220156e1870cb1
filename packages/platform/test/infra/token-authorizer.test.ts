import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { type TokenSettings, tokenEnvironment } from '../../src/infra/token-authorizer.ts';
import { stackOfApiWithTokens } from './api-with-tokens.ts';
import { probeKey, routeKeyOf } from './template-queries.ts';

const ONE = { issuer: 'https://issuer.example.com/tenant', audiences: ['shop', 'shop-mobile'] };
const OTHER = { issuer: 'https://other.example.com/', audiences: ['shop'] };
const SCOPES = { readScopes: ['items/read', 'items/write'], writeScopes: ['items/write'] };

/** The API with the contract's own routes. */
function templateWith(tokens: TokenSettings | null, { verifies = true } = {}): Template {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': true };
  return Template.fromStack(stackOfApiWithTokens(tokens, { verifies, context }));
}

/** Authorization type and scopes of each route. */
function accessIn(template: Template): Record<string, unknown> {
  const found = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
  return Object.fromEntries(
    found.map(({ Properties: { AuthorizationType, AuthorizationScopes, ...route } }) => [
      routeKeyOf(route),
      AuthorizationScopes === undefined ? AuthorizationType : [AuthorizationType, AuthorizationScopes],
    ]),
  );
}

/** What each route of the contract is expected to ask, where `token` gives it for those that take one. */
function expectedAccess(token: (scope: 'read' | 'write') => unknown): Record<string, unknown> {
  const entries = servedRoutes.map((route) => {
    const key = `${route.method} ${route.path}`;
    if (route.authorization === 'token') return [key, token(route.scope)];
    return [key, route.authorization === 'iam' ? 'AWS_IAM' : 'NONE'];
  });
  return Object.fromEntries([...entries, [probeKey, 'NONE'], ['$default', 'NONE']]);
}

describe('RegionalApi without issuers', () => {
  test('RegionalApi asks nobody for a token', () => {
    const template = templateWith(null);
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 0);
    expect(accessIn(template)).toEqual(expectedAccess(() => 'NONE'));
  });
});

describe('RegionalApi with one issuer', () => {
  let template: Template;
  beforeAll(() => {
    template = templateWith({ issuers: [ONE], ...SCOPES }, { verifies: false });
  });

  test("RegionalApi has API Gateway's own authorizer verify its tokens", () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: ONE.issuer, Audience: ONE.audiences },
      AuthorizerUri: Match.absent(),
    });
  });

  test('RegionalApi asks for a token and its scopes by route, and leaves the public routes public', () => {
    const access = accessIn(template);
    expect(access).toEqual(
      expectedAccess((scope) => ['JWT', scope === 'read' ? SCOPES.readScopes : SCOPES.writeScopes]),
    );
    for (const key of ['GET /health', 'GET /control/evacuations/{region}', 'GET /openapi.json', '$default'])
      expect(access[key], key).toBe('NONE');
  });

  test('RegionalApi names the same authorizer on each of those routes', () => {
    const [id] = Object.keys(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    const ofTokens = Object.values(
      template.findResources('AWS::ApiGatewayV2::Route', { Properties: { AuthorizationType: 'JWT' } }),
    );
    expect(ofTokens).toHaveLength(
      servedRoutes.filter(({ authorization }) => authorization === 'token').length,
    );
    for (const { Properties } of ofTokens) expect(Properties.AuthorizerId).toEqual({ Ref: id });
  });

  test('RegionalApi lets a browser send the token', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowHeaders: Match.arrayWith(['authorization']) },
    });
  });

  test('RegionalApi takes any token of the issuer when no scopes are asked for', () => {
    const plain = templateWith({ issuers: [ONE], readScopes: [], writeScopes: [] });
    expect(accessIn(plain)).toEqual(expectedAccess(() => 'JWT'));
  });
});

describe('RegionalApi with several issuers', () => {
  const tokens = { issuers: [ONE, OTHER], ...SCOPES };

  test('RegionalApi has a function verify their tokens, and keeps its results by token and route', () => {
    const template = templateWith(tokens);
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
    expect(accessIn(template)).toEqual(expectedAccess(() => 'CUSTOM'));
  });

  test('RegionalApi refuses to be made without a function that verifies them', () => {
    expect(() => templateWith(tokens, { verifies: false })).toThrow(
      /^Cannot ask for tokens of 2 issuers: there is no function .* Pass tokenVerifier$/,
    );
  });
});

describe('tokenEnvironment()', () => {
  test('tokenEnvironment() tells the function all it needs when there are several issuers', () => {
    const tokens = { issuers: [ONE, OTHER], ...SCOPES };
    expect(JSON.parse(tokenEnvironment(tokens).TOKENS ?? '')).toEqual(tokens);
  });

  test.each([
    ['none', null],
    ['one', { issuers: [ONE], ...SCOPES }],
  ])('tokenEnvironment() tells nothing when there is %s', (_, tokens) => {
    expect(tokenEnvironment(tokens)).toEqual({});
  });

  test('tokenEnvironment() refuses settings that no function can be told', () => {
    const audiences = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(256, 'x'));
    expect(() => tokenEnvironment({ issuers: [{ ...ONE, audiences }, OTHER], ...SCOPES })).toThrow(
      /take \d+ bytes, at most 3000 are needed/,
    );
  });
});
