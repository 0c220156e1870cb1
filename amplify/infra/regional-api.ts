import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogFormat } from './access-log-format.ts';

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
}

/** What a {@link RegionalApi} is made of. */
export interface RegionalApiProps {
  readonly apiName: string;
  readonly routes: readonly RegionalApiRoute[];
  /** Answers every path and method that no route takes, with a problem. */
  readonly defaultHandler: IFunction;
  /** For the default route, and for any route added outside of this construct. */
  readonly defaultThrottle: Throttle;
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
}

/** The HTTP API of one Region, with the `$default` stage, throttling per route, CORS and an access log. */
export class RegionalApi extends Construct {
  /** URL of the API without a trailing slash. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: RegionalApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: props.apiName,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...props.allowOrigins],
        allowMethods: corsMethods(props.routes),
        allowHeaders: [...props.allowHeaders],
        exposeHeaders: [...props.exposeHeaders],
        allowCredentials: props.allowCredentials ?? false,
        maxAge: Duration.seconds(props.corsMaxAgeSeconds ?? 0),
      },
    });
    this.endpoint = api.apiEndpoint;
    this.addStage(api, this.addRoutes(api, props), props);
  }

  private addRoutes(api: HttpApi, { routes, defaultHandler }: RegionalApiProps): HttpRoute[] {
    const integrations = new Map<IFunction, HttpLambdaIntegration>();
    const integrationOf = (handler: IFunction): HttpLambdaIntegration => {
      const known = integrations.get(handler);
      if (known) return known;
      const made = new HttpLambdaIntegration('Integration', handler, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      });
      integrations.set(handler, made);
      return made;
    };
    const add = (id: string, routeKey: HttpRouteKey, handler: IFunction): HttpRoute =>
      new HttpRoute(this, id, { httpApi: api, routeKey, integration: integrationOf(handler) });
    return [
      ...routes.map(({ method, path, handler }) =>
        add(`${method} ${path}`.replaceAll('/', '|'), HttpRouteKey.with(path, HttpMethod[method]), handler),
      ),
      add('Default', HttpRouteKey.DEFAULT, defaultHandler),
    ];
  }

  /**
   * An explicit stage, since the one that an HttpApi makes by itself has neither throttling nor a log:
   * without a limit of its own each route could use up the account's, for every API of the Region.
   */
  private addStage(api: HttpApi, routes: readonly HttpRoute[], props: RegionalApiProps): void {
    const logGroup = new LogGroup(this, 'AccessLog', {
      logGroupName: props.accessLogGroupName,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.defaultThrottle,
      detailedMetricsEnabled: true,
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
  }
}

/** Settings by route key. A route's settings replace the stage's, so each says all of them. */
function routeSettings({ routes, defaultThrottle }: RegionalApiProps): Record<string, object> {
  const settings = ({ rateLimit, burstLimit }: Throttle) => ({
    ThrottlingRateLimit: rateLimit,
    ThrottlingBurstLimit: burstLimit,
    DetailedMetricsEnabled: true,
  });
  return Object.fromEntries([
    ...routes.map(({ method, path, throttle }) => [`${method} ${path}`, settings(throttle)]),
    [DEFAULT_ROUTE_KEY, settings(defaultThrottle)],
  ]);
}

function corsMethods(routes: readonly RegionalApiRoute[]): CorsHttpMethod[] {
  return [...new Set(routes.map(({ method }) => CorsHttpMethod[method]))];
}
