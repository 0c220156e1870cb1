import { describe, expect, test } from 'vitest';
import { functionWith, resolveResources } from './assembly-fixture.ts';

describe('resolveAssembly() reads an HTTP API', () => {
  const integration = (properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
      PayloadFormatVersion: '2.0',
      ...properties,
    },
  });
  const route = (RouteKey: string, properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey,
      Target: { 'Fn::Sub': `integrations/\${I}` },
      ...properties,
    },
  });
  const stage = (StageName: string, properties: object = {}): object => ({
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName, ...properties },
  });
  const authorizer = (properties: object): object => ({
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: { ApiId: { Ref: 'Api' }, Name: 'Tokens', ...properties },
  });
  const LAMBDA = {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: {
      'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${F.Arn}/invocations`,
    },
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerResultTtlInSeconds: 300,
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
  };
  const base = {
    F: functionWith({}),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'HTTP' } },
    I: integration(),
  };
  const apiOf = (resources: object) => resolveResources({ ...base, ...resources });

  test('with routes, throttles, CORS and access log', () => {
    const CorsConfiguration = {
      AllowOrigins: ['*'],
      AllowMethods: ['GET'],
      MaxAge: 60,
      AllowCredentials: false,
    };
    const { httpApis } = apiOf({
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: 'n', ProtocolType: 'HTTP', CorsConfiguration, DisableExecuteApiEndpoint: true },
      },
      I: integration({ TimeoutInMillis: 5000 }),
      R: route('GET /health'),
      D: route('$default', { AuthorizationType: 'JWT' }),
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/access' } },
      S: stage('$default', {
        DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
        RouteSettings: { 'GET /health': { ThrottlingRateLimit: 1 } },
        AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] }, Format: '$context.status' },
        StageVariables: { a: '1' },
      }),
    });
    const common = { functionName: 'f', timeoutMs: 5000 };
    expect(httpApis).toEqual([
      {
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        apiName: 'n',
        stageName: '$default',
        routes: [
          {
            ...common,
            routeKey: 'GET /health',
            authorizationType: 'NONE',
            throttle: { rateLimit: 1, burstLimit: 5000 },
          },
          { ...common, routeKey: '$default', authorizationType: 'JWT' },
        ],
        defaultThrottle: { rateLimit: 10, burstLimit: 20 },
        cors: { allowOrigins: ['*'], allowMethods: ['GET'], maxAgeSeconds: 60, allowCredentials: false },
        accessLogFormat: '$context.status',
        accessLogGroup: '/access',
        stageVariables: { a: '1' },
        disableExecuteApiEndpoint: true,
      },
    ]);
  });

  test('with the authorizers of its routes, and the scopes that those ask for', () => {
    const { httpApis, notEmulated } = apiOf({
      A: authorizer({
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['shop'] },
      }),
      B: authorizer(LAMBDA),
      R: route('GET /a', {
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: 'A' },
        AuthorizationScopes: ['x'],
      }),
      Q: route('GET /b', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'B' } }),
      S: stage('$default'),
    });
    expect(httpApis[0]?.routes).toMatchObject([
      {
        authorizationType: 'JWT',
        authorizationScopes: ['x'],
        authorizer: {
          kind: 'jwt',
          identitySource: '$request.header.Authorization',
          issuer: 'https://issuer.example.com',
          audiences: ['shop'],
        },
      },
      {
        authorizationType: 'CUSTOM',
        authorizer: {
          kind: 'lambda',
          authorizerId: expect.stringMatching(/^[a-z0-9]{6}$/),
          functionName: 'f',
          identitySources: LAMBDA.IdentitySource,
          resultTtlSeconds: 300,
        },
      },
    ]);
    expect(notEmulated.filter(({ type }) => type.includes('uthoriz'))).toEqual([]);
  });

  test.each<[string, object]>([
    ['payload format 1.0', { AuthorizerPayloadFormatVersion: '1.0' }],
    ['policies for responses', { EnableSimpleResponses: false }],
    ['a function that is not run', { AuthorizerUri: 'arn:aws:lambda:eu-west-1:1:function:gone' }],
    ['identity source $context.path', { IdentitySource: ['$context.path'] }],
  ])('without an authorizer that has %s, so that its routes stay closed', (what, properties) => {
    const { httpApis, notEmulated } = apiOf({
      B: authorizer({ ...LAMBDA, ...properties }),
      Q: route('GET /b', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'B' } }),
      S: stage('$default'),
    });
    expect(httpApis[0]?.routes[0]).not.toHaveProperty('authorizer');
    expect(notEmulated).toContainEqual({
      type: `AWS::ApiGatewayV2::Authorizer with ${what}`,
      logicalIds: ['B'],
    });
    expect(notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Route with CUSTOM authorization',
      logicalIds: ['Q'],
    });
  });

  test.each([
    [
      'an HTTP_PROXY integration',
      { I: integration({ IntegrationType: 'HTTP_PROXY', IntegrationUri: 'http://x' }) },
    ],
    ['payload format 1.0', { I: integration({ PayloadFormatVersion: '1.0' }) }],
    ['a function that is not run', { F: functionWith({}, { Runtime: 'python3.13' }) }],
    ['no integration', { R: route('GET /a', { Target: 'integrations/gone' }) }],
  ])('with the reason why a route with %s cannot be run', (what, resources) => {
    const { httpApis, notEmulated } = apiOf({ R: route('GET /a'), S: stage('$default'), ...resources });
    expect(httpApis[0]?.routes[0]?.notEmulated).toContain(what);
    expect(notEmulated).toContainEqual({ type: `AWS::ApiGatewayV2::Route with ${what}`, logicalIds: ['R'] });
  });

  test('with the function of an alias and of the long form of an integration URI', () => {
    const uri = `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${F.Arn}/invocations`;
    const alias = { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'F' }, Name: 'live' } };
    for (const IntegrationUri of [{ 'Fn::Sub': uri }, { Ref: 'Alias' }]) {
      const { httpApis } = apiOf({
        I: integration({ IntegrationUri }),
        R: route('GET /a'),
        S: stage('$default'),
        Alias: alias,
      });
      expect(httpApis[0]?.routes[0]).toMatchObject({ functionName: 'f' });
      expect(httpApis[0]?.routes[0]).not.toHaveProperty('notEmulated');
    }
  });

  test('with one stage, $default before others, and names the rest', () => {
    const { httpApis, notEmulated } = apiOf({ Dev: stage('dev'), S: stage('$default') });
    expect(httpApis[0]?.stageName).toBe('$default');
    expect(notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Stage beside $default',
      logicalIds: ['Dev'],
    });
    expect(apiOf({}).httpApis).toEqual([]);
    expect(apiOf({}).notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Api without a stage',
      logicalIds: ['Api'],
    });
  });

  test('unless it is a WebSocket API, which it names', () => {
    const Api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'WEBSOCKET' } };
    const { httpApis, notEmulated } = apiOf({ Api, S: stage('prod') });
    expect(httpApis).toEqual([]);
    expect(notEmulated).toContainEqual({
      type: 'AWS::ApiGatewayV2::Api with protocol WEBSOCKET',
      logicalIds: ['Api'],
    });
  });
});
