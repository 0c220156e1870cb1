import { signatureOf } from './signature-of.ts';

/** How one service is asked what it has, and how its answer names each. */
interface Listing {
  /** As the scope of a signature names it. */
  readonly service: string;
  readonly path?: string;
  /** An action of a service that takes JSON. */
  readonly target?: string;
  /** What a POST sends: JSON with a target, a form without. Without either it is a GET. */
  readonly body?: string;
  /** Its first group is the name. */
  readonly named: RegExp;
}

const ALARMS = { service: 'monitoring', target: 'GraniteServiceVersion20100801.DescribeAlarms' };
const alarmNames = /"AlarmName": ?"([^"]+)"/g;

const LISTINGS = {
  alarm: { ...ALARMS, body: '{"AlarmTypes":["MetricAlarm"]}', named: alarmNames },
  'composite alarm': { ...ALARMS, body: '{"AlarmTypes":["CompositeAlarm"]}', named: alarmNames },
  dashboard: {
    service: 'monitoring',
    target: 'GraniteServiceVersion20100801.ListDashboards',
    named: /"DashboardName": ?"([^"]+)"/g,
  },
  'saved query': {
    service: 'logs',
    target: 'Logs_20140328.DescribeQueryDefinitions',
    named: /"name": ?"([^"]+)"/g,
  },
  rule: { service: 'events', target: 'AWSEvents.ListRules', named: /"Name": ?"([^"]+)"/g },
  topic: { service: 'sns', body: 'Action=ListTopics', named: /<TopicArn>([^<]+)</g },
  subscription: { service: 'sns', body: 'Action=ListSubscriptions', named: /<SubscriptionArn>([^<]+)</g },
  queue: { service: 'sqs', target: 'AmazonSQS.ListQueues', named: /"(https?:[^"]+)"/g },
  function: { service: 'lambda', path: '/2015-03-31/functions', named: /"FunctionName": ?"([^"]+)"/g },
  API: { service: 'apigateway', path: '/v2/apis', named: /"apiId": ?"([^"]+)"/g },
} as const satisfies Readonly<Record<string, Listing>>;

/** What {@link standingResources} can tell of. */
export type StandingKind = keyof typeof LISTINGS;

/** Names of what stands in a Region of the emulator, by its kind; kinds of which there is nothing are left out. */
export async function standingResources(
  emulator: string,
  region: string,
): Promise<Partial<Record<StandingKind, readonly string[]>>> {
  const found = await Promise.all(
    Object.entries<Listing>(LISTINGS).map(async ([kind, listing]) => {
      const text = await ask(emulator, { region, ...listing });
      return [kind, [...text.matchAll(listing.named)].map(([, name = '']) => name)] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

async function ask(
  emulator: string,
  { region, service, path = '/', target, body = '{}' }: Omit<Listing, 'named'> & { readonly region: string },
): Promise<string> {
  const authorization = signatureOf(service, region);
  const isPost = path === '/';
  const type = target === undefined ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.0';
  const answer = await fetch(`${emulator}${path}`, {
    method: isPost ? 'POST' : 'GET',
    headers: {
      authorization,
      ...(isPost ? { 'content-type': type } : {}),
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
    ...(isPost ? { body } : {}),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Cannot list what ${service} has in ${region}: ${answer.status} ${text}`);
  return text;
}
