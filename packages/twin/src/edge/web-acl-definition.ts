/** An answer that a web ACL gives in place of the origin's. */
export interface BlockAction {
  readonly kind: 'block';
  readonly status: number;
  /** Names and values in turn, `content-type` included. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What a rule does with a request that it matches. `count` goes on with the next rule, the others are the last word. */
export type WebAclAction = BlockAction | { readonly kind: 'allow' } | { readonly kind: 'count' };

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html, by the viewer's address */
export interface RateStatement {
  readonly kind: 'rate';
  /** Requests of one address in one window; more than that matches. */
  readonly limit: number;
  readonly windowSeconds: number;
}

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_SizeConstraintStatement.html, of the body */
export interface SizeStatement {
  readonly kind: 'size';
  readonly operator: SizeOperator;
  readonly bytes: number;
  /** What counts for a body that is longer than what is inspected. */
  readonly oversize: 'CONTINUE' | 'MATCH' | 'NO_MATCH';
}

/** How a size is compared. */
export type SizeOperator = 'EQ' | 'NE' | 'LE' | 'LT' | 'GE' | 'GT';

/** A rule that the twin honours. */
export interface WebAclRule {
  readonly name: string;
  readonly statement: RateStatement | SizeStatement;
  readonly action: WebAclAction;
}

/** A web ACL of AWS WAF, as its template describes it. JSON-serialisable. */
export interface WebAclDefinition {
  readonly name: string;
  /** What becomes of a request that no rule decided on. */
  readonly defaultAction: WebAclAction;
  /** Bytes of a body that are inspected. */
  readonly bodyBytesInspected: number;
  /** In the order in which they are asked. */
  readonly rules: readonly WebAclRule[];
}
