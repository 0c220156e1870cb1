import { z } from 'zod';
import { flag, object, text, wholeNumber } from './described-schema.ts';
import { allowed, issue, type TopologyIssue } from './topology-error.ts';

/** What AWS Budgets and SNS take between them: Budgets tells ten addresses of one alert. */
const EMAILS_MAX = 10;

/** Authorizers of one HTTP API: ten, and one is kept for what a user adds. */
const ISSUERS_MAX = 9;

/** What RFC 6749 §3.3 calls a scope token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

const email = text(
  (value) => value.length <= 50 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
  'an e-mail address of at most 50 characters',
  "Write one such as 'ops@example.com'",
);

const emails = z.array(email, {
  error: allowed('a list of e-mail addresses', "Write ['ops@example.com']"),
});

/** How a stage is watched. */
export const observability = object({
  heartbeat: flag(
    'Set false to save the two metrics for each peer; nothing then measures replication at rest',
  ),
  alarms: flag('Set false where nobody would be told'),
  dashboard: flag('Set false to save $3 a month beyond the three that an account has free'),
  alarmTopic: flag('Set true for an SNS topic in each Region that every alarm tells'),
  alarmEmails: emails.max(EMAILS_MAX, {
    error: allowed(`at most ${EMAILS_MAX} e-mail addresses`, 'Subscribe a list, or the topic by hand'),
  }),
  latencyP99Ms: wholeNumber(
    1,
    30_000,
    'Name the p99 of answers, in milliseconds, above which somebody must look',
  ),
  errorRatePercent: wholeNumber(1, 100, 'Name the share of 5xx answers above which somebody must look'),
  errorRateRequestsMin: wholeNumber(
    1,
    1_000_000,
    'Name how many requests in five minutes make a share of errors mean something',
  ),
  replicationLagMs: wholeNumber(
    1_000,
    3_600_000,
    'Name the replication lag, in milliseconds, above which somebody must look',
  ),
});

const scopes = z.array(
  text(
    (value) => SCOPE.test(value),
    'a scope of 1..128 printable characters without spaces and quotes',
    "Write scopes as the issuer does, such as 'items/read'",
  ),
  { error: allowed('a list of scopes', "Write ['items/read'], or [] to ask for none") },
);

const issuer = object({
  issuer: text(
    (value) => /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[\w.~%/-]*)?$/i.test(value) && value.length <= 512,
    'an https URL without query and fragment, exactly as in the claim iss',
    "Write issuer: 'https://issuer.example.com/tenant'; a trailing slash counts",
  ),
  audiences: z
    .array(
      text((value) => value.length > 0 && value.length <= 256, '1..256 characters', "Write the claim 'aud'"),
      { error: allowed('a list of audiences', "Write audiences: ['my-client-id']") },
    )
    .min(1, {
      error: allowed('at least one audience', "Name whom tokens are for: audiences: ['my-client-id']"),
    }),
});

const issuersError = allowed(
  `1..${ISSUERS_MAX} issuers, each once`,
  "Write issuers: [{ issuer: 'https://issuer.example.com', audiences: ['my-client-id'] }]",
);

/** Whose tokens (RFC 7519) the routes of ordinary traffic ask for, or null for nobody's: they are public then. */
export const jwt = object({
  issuers: z
    .array(issuer, { error: issuersError })
    .min(1, { error: issuersError })
    .max(ISSUERS_MAX, { error: issuersError })
    .refine((given) => new Set(given.map(({ issuer: url }) => url)).size === given.length, {
      error: issuersError,
    }),
  readScopes: scopes,
  writeScopes: scopes,
}).nullable();

/** Whether a stage has experiments of AWS Fault Injection Service that break it on purpose. */
export const faultInjection = flag(
  'Set true on a stage that is drilled: functions get an extension that FIS works through, and it costs start time',
);

/** What the account may cost in a month before somebody is told, or null for nobody. */
export const budget = object({
  monthlyUsd: wholeNumber(1, 1_000_000, 'Name the dollars of a month; npm run cost tells what to expect'),
  emails: emails
    .min(1, { error: allowed('1..10 e-mail addresses', "Write emails: ['ops@example.com']") })
    .max(EMAILS_MAX, {
      error: allowed('1..10 e-mail addresses', 'AWS Budgets tells ten addresses of one alert'),
    }),
}).nullable();

/** A stage's settings by which it is watched, and broken on purpose. */
interface GuardSettings {
  readonly observability: z.output<typeof observability>;
  readonly logs: { readonly level: string };
  readonly faultInjection: boolean;
}

/** What is wrong with how a stage is watched, and with what breaks it on purpose, as a whole. */
export function guardIssues({ observability, logs, faultInjection }: GuardSettings): TopologyIssue[] {
  const { alarms, alarmTopic, alarmEmails } = observability;
  const issues: TopologyIssue[] = [];
  // Metrics travel in log lines: without them an alarm is silent, or never is.
  if (alarms && (logs.level === 'warn' || logs.level === 'error')) {
    issues.push(
      issue(
        'logs.level',
        logs.level,
        "'debug' or 'info' while observability.alarms is true",
        "Take 'info', which carries the functions' metrics, or set alarms false",
      ),
    );
  }
  if (alarmTopic && !alarms) {
    issues.push(
      issue(
        'observability.alarmTopic',
        true,
        'false while observability.alarms is false',
        'Set alarms true: without them nothing tells the topic anything',
      ),
    );
  }
  if (alarmEmails.length > 0 && !alarmTopic) {
    issues.push(
      issue(
        'observability.alarmEmails',
        alarmEmails,
        'none while observability.alarmTopic is false',
        'Set alarmTopic true: the topic is what addresses subscribe to',
      ),
    );
  }
  if (faultInjection && !observability.alarms) {
    issues.push(
      issue(
        'faultInjection',
        true,
        'false while observability.alarms is false',
        'Set alarms true: they are what ends an experiment that goes wrong',
      ),
    );
  }
  return issues;
}
