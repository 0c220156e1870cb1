/** What a request, a probe or a batch is taken to hold its function for; a warm one's, as in a small Node.js function. */
export const DURATION_MS = 25;

/**
 * What a run of the heartbeat takes, most of which is waiting: replication between two Regions usually takes less than a
 * second, and until then the peer is asked every 100 ms: a pause of 75 ms and a round trip.
 */
export const HEARTBEAT = { durationMs: 1_000, polls: 10 } as const;

/**
 * Bytes that one call adds to the logs, with the 26 that CloudWatch counts for each event: the API's access line, what
 * Lambda writes at the start and at the end of a call, and the function's own line, with metrics, or of a probe without.
 */
export const LOG_BYTES = { access: 600, lambda: 430, line: 650, probeLine: 350 } as const;

/** What an answer takes beside the item: status, headers, the document around it. */
export const ANSWER_BYTES = 600;

/** What the canary's and the heartbeat's records take: one write unit. */
export const RECORD_BYTES = 256;

/** Routes that ordinary traffic uses, such as one that writes, one that reads, one that lists, one that replaces. */
export const ROUTES_IN_USE = 4;

/**
 * Metrics that API Gateway writes for each route in use where a stage has detailed ones: Count, 4xx, 5xx, Latency,
 * IntegrationLatency, DataProcessed. They are billed like custom ones.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export const METRICS_PER_ROUTE = 6;

/** Requests that one token is good for before a function is asked about it again, for API Gateway remembers. */
export const REQUESTS_PER_TOKEN = 10;

/** An average month. */
export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = 365 / 12;
export const MINUTES_PER_MONTH: number = HOURS_PER_MONTH * 60;
export const SECONDS_PER_MONTH: number = MINUTES_PER_MONTH * 60;

/** A GB as AWS bills storage and logs. */
export const GB: number = 1024 ** 3;
