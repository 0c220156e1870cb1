import type { InvocationResult } from '../lambda/invocation-result.ts';
import type { Invoke, LambdaAuthorizerDefinition } from './http-api-definition.ts';
import { type IdentityContext, readIdentitySource } from './identity-source.ts';
import type { HttpApiEvent } from './payload-v2.ts';

/** What the function said of a request; `context` becomes `requestContext.authorizer.lambda`. */
export type LambdaDecision =
  | { readonly kind: 'allowed'; readonly context: Readonly<Record<string, unknown>> | null }
  | { readonly kind: 'denied' }
  /** An identity source is missing: the function was not asked. */
  | { readonly kind: 'unidentified' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks a function whether a request may go on. */
export interface LambdaAuthorizer {
  decide(
    definition: LambdaAuthorizerDefinition,
    asked: IdentityContext & { readonly event: () => HttpApiEvent },
  ): Promise<LambdaDecision>;
}

/** What a Lambda authorizer works with. */
export interface LambdaAuthorizerOptions {
  readonly region: string;
  readonly accountId: string;
  readonly invoke: Invoke;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** How long API Gateway waits for an authorizer. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const AUTHORIZER_TIMEOUT_MS = 10_000;

/** Results that are kept at once; beyond it the oldest go first, and are asked for again. */
const RESULTS_MAX = 10_000;

/**
 * The Lambda authorizer of HTTP APIs: payload format 2.0, simple responses. A result is kept for as long as its definition
 * says, by the values of its identity sources; a failure never is.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function lambdaAuthorizer(options: LambdaAuthorizerOptions): LambdaAuthorizer {
  const results = new Map<string, { readonly decision: LambdaDecision; readonly untilMs: number }>();

  function keep(key: string, decision: LambdaDecision, ttlSeconds: number): void {
    results.delete(key);
    results.set(key, { decision, untilMs: options.clock() + ttlSeconds * 1000 });
    const [oldest] = results.keys();
    if (results.size > RESULTS_MAX && oldest !== undefined) results.delete(oldest);
  }

  return {
    async decide(definition, { event, ...context }) {
      const { authorizerId, identitySources, resultTtlSeconds } = definition;
      const identity: string[] = [];
      for (const source of identitySources) {
        const value = readIdentitySource(source, context);
        if (value === undefined) return { kind: 'unidentified' };
        identity.push(value);
      }
      const key = JSON.stringify([authorizerId, ...identity]);
      const kept = results.get(key);
      if (kept !== undefined && options.clock() < kept.untilMs) return kept.decision;
      const decision = await ask(definition, { event: event(), identity, ...options });
      // Without an identity source nothing tells one caller from another.
      if (decision.kind !== 'failed' && resultTtlSeconds > 0 && identity.length > 0)
        keep(key, decision, resultTtlSeconds);
      return decision;
    },
  };
}

async function ask(
  { functionName }: LambdaAuthorizerDefinition,
  {
    event,
    identity,
    region,
    accountId,
    invoke,
  }: LambdaAuthorizerOptions & { event: HttpApiEvent; identity: readonly string[] },
): Promise<LambdaDecision> {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...request } = event;
  const { apiId, stage, http } = event.requestContext;
  const routeArn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${http.method}${http.path}`;
  const asked = { ...request, type: 'REQUEST', routeArn, identitySource: identity };
  try {
    const signal = AbortSignal.timeout(AUTHORIZER_TIMEOUT_MS);
    return decisionOf(await invoke(functionName, asked, { signal }));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function decisionOf(result: InvocationResult): LambdaDecision {
  if (result.outcome === 'function-error') return failed(result.error.errorMessage);
  if (result.outcome === 'rejected') return failed(`${result.code}: ${result.message}`);
  const { isAuthorized, context } = Object(JSON.parse(result.payload));
  if (isAuthorized === false) return { kind: 'denied' };
  if (isAuthorized !== true) return failed('it answers no isAuthorized');
  return { kind: 'allowed', context: typeof context === 'object' ? (context ?? null) : null };
}

function failed(reason: string): LambdaDecision {
  return { kind: 'failed', reason: `the authorizer failed: ${reason}` };
}
