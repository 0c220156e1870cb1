import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { Route53Client } from '@aws-sdk/client-route-53';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';

/** Attempts of one call, the first included; the SDK waits between them, longer where it is throttled. */
const ATTEMPTS_MAX = 4;
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** Instance metadata answers at once or is not there; without this a laptop without credentials waits for it. */
const METADATA_TIMEOUT_MS = 1_000;

/**
 * The SDK's clients of one Region. None names an endpoint: AWS_ENDPOINT_URL of the environment does, where
 * something else than AWS is to be asked.
 */
export interface RegionClients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly cloudWatch: CloudWatchClient;
  readonly route53: Route53Client;
  readonly quotas: ServiceQuotasClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

/** Clients for any Region, and their end. */
export interface Cloud {
  /** The Region's clients, the same ones each time. */
  region(name: string): RegionClients;
  /** Closes every connection. Calls made afterwards fail. */
  close(): void;
}

type Credentials = ReturnType<typeof defaultProvider>;

/**
 * Opens the clients of any number of Regions. Credentials are looked for once, when the first call needs them.
 */
export function openCloud(): Cloud {
  const credentials = chainOfCredentials();
  const opened = new Map<string, RegionClients & { close(): void }>();
  return {
    region(name) {
      const clients = opened.get(name) ?? openClients(name, credentials);
      opened.set(name, clients);
      return clients;
    },
    close() {
      for (const clients of opened.values()) clients.close();
    },
  };
}

/** The clients of one Region, made when first used. `close` destroys those that were. */
export function openRegion(region: string): RegionClients & { close(): void } {
  return openClients(region, chainOfCredentials());
}

function chainOfCredentials(): Credentials {
  return defaultProvider({ timeout: METADATA_TIMEOUT_MS, maxRetries: 0 });
}

/** Node 20 is supported on purpose; the SDK's reminder of its end would stand in the middle of every command's words. */
const NODE_REMINDER_OFF = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

function openClients(region: string, credentials: Credentials): RegionClients & { close(): void } {
  process.env[NODE_REMINDER_OFF] ??= 'true';
  const made: { destroy(): void }[] = [];
  const settings = {
    region,
    credentials,
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  const once = <T extends { destroy(): void }>(make: (config: typeof settings) => T): (() => T) => {
    let client: T | undefined;
    return () => {
      if (client === undefined) {
        client = make(settings);
        made.push(client);
      }
      return client;
    };
  };
  const cloudFormation = once((config) => new CloudFormationClient(config));
  const ssm = once((config) => new SSMClient(config));
  const sts = once((config) => new STSClient(config));
  const dynamoDb = once((config) => new DynamoDBClient(config));
  const cloudWatch = once((config) => new CloudWatchClient(config));
  const route53 = once((config) => new Route53Client(config));
  const quotas = once((config) => new ServiceQuotasClient(config));
  const tagging = once((config) => new ResourceGroupsTaggingAPIClient(config));
  return {
    region,
    get cloudFormation() {
      return cloudFormation();
    },
    get ssm() {
      return ssm();
    },
    get sts() {
      return sts();
    },
    get dynamoDb() {
      return dynamoDb();
    },
    get cloudWatch() {
      return cloudWatch();
    },
    get route53() {
      return route53();
    },
    get quotas() {
      return quotas();
    },
    get tagging() {
      return tagging();
    },
    close() {
      for (const client of made) client.destroy();
    },
  };
}
