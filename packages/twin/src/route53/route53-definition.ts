/** A hosted zone: the names that Route 53 answers for with authority. */
export interface HostedZoneDefinition {
  readonly id: string;
  /** Apex, in lower case, without the trailing dot. */
  readonly name: string;
}

/**
 * An endpoint check of AWS::Route53::HealthCheck: checkers in several regions ask it, each for itself.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export interface EndpointCheckDefinition {
  readonly kind: 'endpoint';
  readonly id: string;
  /** The `Name` tag, or the logical id. */
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  /** Host name to resolve and to send as `Host`, or an IPv4 address. */
  readonly host: string;
  readonly port: number;
  /** Begins with a slash. */
  readonly path: string;
  /** Text that the first 5,120 bytes of the body must hold. @default - the status alone decides */
  readonly searchString?: string;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
  /** Regions that ask: at least three, eight when the template names none. */
  readonly checkerRegions: readonly string[];
  readonly inverted: boolean;
  readonly disabled: boolean;
}

/** A calculated check: healthy while at least `threshold` of its children are. */
export interface CalculatedCheckDefinition {
  readonly kind: 'calculated';
  readonly id: string;
  readonly name: string;
  /** Ids of endpoint checks. */
  readonly children: readonly string[];
  readonly threshold: number;
  readonly inverted: boolean;
  readonly disabled: boolean;
}

/** A health check of the template. */
export type HealthCheckDefinition = EndpointCheckDefinition | CalculatedCheckDefinition;

/** How Route 53 chooses among record sets of the same name and type. */
export type RoutingDefinition =
  | { readonly policy: 'simple' }
  | { readonly policy: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly policy: 'latency'; readonly region: string }
  | { readonly policy: 'weighted'; readonly weight: number };

/** One record set of AWS::Route53::RecordSet. */
export interface RecordSetDefinition {
  readonly zoneId: string;
  /** In lower case, without the trailing dot. */
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`, `TXT`, … */
  readonly type: string;
  /** Absent with simple routing. */
  readonly setIdentifier?: string;
  readonly routing: RoutingDefinition;
  readonly healthCheckId?: string;
  readonly target:
    | { readonly kind: 'alias'; readonly name: string; readonly evaluateTargetHealth: boolean }
    | { readonly kind: 'values'; readonly ttlSeconds: number; readonly values: readonly string[] };
}

/** What all stacks together tell Route 53. JSON-serialisable. */
export interface Route53Definition {
  readonly zones: readonly HostedZoneDefinition[];
  readonly checks: readonly HealthCheckDefinition[];
  readonly records: readonly RecordSetDefinition[];
}
