import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  type HttpRouteProps,
  HttpStage,
  IpAddressType,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { probePathPrefix, type TokenScope } from '../contract/routes.ts';
import { accessLogFormat } from './access-log-format.ts';
import { type TokenSettings, tokenAuthorizer } from './token-authorizer.ts';

/** Key of the route that takes what no other route takes. */
const DEFAULT_ROUTE_KEY = '$default';

/** How much one route accepts before it answers 429. Per Region and route, not per caller. */
interface Throttle {
  /** Requests per second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/** One route and the function that answers it. */
interface RegionalApiRoute {
  readonly method: keyof typeof HttpMethod;
  /** As API Gateway writes it: `/items/{pk}`. */
  readonly path: string;
  readonly handler: IFunction;
  readonly throttle: Throttle;
  /** Who may call it: anyone, whom IAM allows to, or whoever brings a token if the API takes tokens. @default 'none' */
  readonly authorization?: 'none' | 'iam' | 'token';
  /** What a token must allow. @default 'write' */
  readonly scope?: TokenScope;
}

/** What a {@link RegionalApi} is made of. */
export interface RegionalApiProps {
  readonly apiName: string;
  readonly routes: readonly RegionalApiRoute[];
  /** Answers the route that Route 53 asks, {@link RegionalApi.probePath}, from a bucket that is its own. */
  readonly probe: Pick<RegionalApiRoute, 'handler' | 'throttle'>;
  /** Answers every path and method that no route takes, with a problem. */
  readonly defaultHandler: IFunction;
  /** For the default route. Routes added outside of this construct share the probe's settings, unless they get their own. */
  readonly defaultThrottle: Throttle;
  /** Whether the name that API Gateway gives the API is reached over IPv6, too. @default false */
  readonly dualStack?: boolean;
  readonly allowOrigins: readonly string[];
  /** Request headers that a browser may send. */
  readonly allowHeaders: readonly string[];
  /** Response headers that a script may read. */
  readonly exposeHeaders: readonly string[];
  readonly accessLogGroupName: string;
  readonly logRetentionDays: RetentionDays;

  /** Whether browsers send cookies. @default false */
  readonly allowCredentials?: boolean;
  /** Seconds for which a browser may keep a preflight answer. @default 0 - ask each time */
  readonly corsMaxAgeSeconds?: number;
  /**
   * Whether the API answers under the name that API Gateway gives it. Where it has names of its own this one
   * would be a way past them, on which no client fails over. @default true
   */
  readonly executeApiEndpoint?: boolean;
  /** Whose tokens routes with authorization `token` ask for. @default null - nobody's: they are open to anyone */
  readonly tokens?: TokenSettings | null;
  /** Verifies tokens where they have several issuers. @default - none */
  readonly tokenVerifier?: IFunction;
}

/** The HTTP API of one Region, with the `$default` stage, throttling per route, CORS and an access log. */
export class RegionalApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /**
   * Path that Route 53 asks: `/health/` and the id that CloudFormation has given the stack, which is in no document, no
   * output and no answer. It stays as long as the stack does.
   */
  readonly probePath: string;
  /** Routes that only those may call whom IAM allows to. */
  readonly guardedRoutes: readonly HttpRoute[];

  constructor(scope: Construct, id: string, props: RegionalApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: props.apiName,
      createDefaultStage: false,
      ipAddressType: props.dualStack === true ? IpAddressType.DUAL_STACK : IpAddressType.IPV4,
      disableExecuteApiEndpoint: !(props.executeApiEndpoint ?? true),
      corsPreflight: {
        allowOrigins: [...props.allowOrigins],
        allowMethods: corsMethods(props.routes),
        allowHeaders: [...props.allowHeaders],
        exposeHeaders: [...props.exposeHeaders],
        allowCredentials: props.allowCredentials ?? false,
        maxAge: Duration.seconds(props.corsMaxAgeSeconds ?? 0),
      },
    });
    // arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>
    this.probePath = `${probePathPrefix}${Fn.select(2, Fn.split('/', Stack.of(this).stackId))}`;
    const routes = this.addRoutes(props);
    this.guardedRoutes = routes.guarded;
    this.stage = this.addStage(routes.all, props);
  }

  /**
   * URL that API Gateway gives the API, without a trailing slash.
   *
   * @throws where the API does not answer under it
   */
  get endpoint(): string {
    return this.api.apiEndpoint;
  }

  private addRoutes({ routes, probe, defaultHandler, ...props }: RegionalApiProps) {
    const integrationOf = integrations();
    const accessOf = accesses(props);
    const add = (id: string, routeKey: HttpRouteKey, handler: IFunction, access: RouteAccess): HttpRoute =>
      new HttpRoute(this, id, {
        httpApi: this.api,
        routeKey,
        integration: integrationOf(handler),
        ...access,
      });
    const made = routes.map((route) => {
      const { method, path, handler, authorization } = route;
      const id = `${method} ${path}`.replaceAll('/', '|');
      const routeKey = HttpRouteKey.with(path, HttpMethod[method]);
      return { authorization, route: add(id, routeKey, handler, accessOf(route)) };
    });
    const probed = add('Probe', HttpRouteKey.with(this.probePath, HttpMethod.GET), probe.handler, {});
    // It answers what has no route, with problems only: nothing to ask a token for.
    const fallback = add('Default', HttpRouteKey.DEFAULT, defaultHandler, {});
    return {
      all: [...made.map(({ route }) => route), probed, fallback],
      guarded: made.filter(({ authorization }) => authorization === 'iam').map(({ route }) => route),
    };
  }

  /**
   * An explicit stage, since the one that an HttpApi makes by itself has neither throttling nor a log:
   * without a limit of its own each route could use up the account's, for every API of the Region.
   */
  private addStage(routes: readonly HttpRoute[], props: RegionalApiProps): HttpStage {
    const logGroup = new LogGroup(this, 'AccessLog', {
      logGroupName: props.accessLogGroupName,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // A template cannot hold a setting under a key that it computes: what all other routes leave is the probe's. AWS does not
      // say whether routes without a setting share one bucket, so none is left beside it.
      throttle: props.probe.throttle,
      // Six metrics for each route and Region would cost more than everything else that is idle; functions write their own.
      detailedMetricsEnabled: false,
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLogFormat },
    });
    const resource = stage.node.defaultChild;
    if (!(resource instanceof CfnStage)) {
      throw new Error(
        `Cannot throttle routes: ${stage.node.path} has no AWS::ApiGatewayV2::Stage, one is needed. Check the version of aws-cdk-lib`,
      );
    }
    resource.routeSettings = routeSettings(props);
    // API Gateway refuses settings for a route that does not exist yet.
    resource.node.addDependency(...routes);
    return stage;
  }
}

/** Gives a function its one integration, however many routes it answers. */
function integrations(): (handler: IFunction) => HttpLambdaIntegration {
  const made = new Map<IFunction, HttpLambdaIntegration>();
  return (handler) => {
    const known = made.get(handler);
    if (known) return known;
    const integration = new HttpLambdaIntegration('Integration', handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      // One statement in the function's policy for the whole API: one each route would fill its 20,480 bytes with some 47
      // routes (aws/aws-cdk#19535), and every entity has eight or more.
      scopePermissionToRoute: false,
    });
    made.set(handler, integration);
    return integration;
  };
}

/** What is asked of callers of a route. */
type RouteAccess = Pick<HttpRouteProps, 'authorizer' | 'authorizationScopes'>;

/** Finds what is asked of a route's callers; routes of one kind share their authorizer. */
function accesses({
  tokens = null,
  tokenVerifier,
}: Pick<RegionalApiProps, 'tokens' | 'tokenVerifier'>): (route: RegionalApiRoute) => RouteAccess {
  const iam = new HttpIamAuthorizer();
  const token = tokens === null ? undefined : tokenAuthorizer(tokens, tokenVerifier);
  return ({ authorization, scope = 'write' }) => {
    if (authorization === 'iam') return { authorizer: iam };
    if (authorization !== 'token' || token === undefined) return {};
    const scopes = token.scopesOf(scope);
    return {
      authorizer: token.authorizer,
      ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
    };
  };
}

/** Settings by route key, of every route but the probe's. A route's settings replace the stage's, so each says all of them. */
function routeSettings({ routes, defaultThrottle }: RegionalApiProps): Record<string, object> {
  const settings = ({ rateLimit, burstLimit }: Throttle) => ({
    ThrottlingRateLimit: rateLimit,
    ThrottlingBurstLimit: burstLimit,
    DetailedMetricsEnabled: false,
  });
  return Object.fromEntries([
    ...routes.map(({ method, path, throttle }) => [`${method} ${path}`, settings(throttle)]),
    [DEFAULT_ROUTE_KEY, settings(defaultThrottle)],
  ]);
}

function corsMethods(routes: readonly RegionalApiRoute[]): CorsHttpMethod[] {
  return [...new Set(routes.map(({ method }) => CorsHttpMethod[method]))];
}
