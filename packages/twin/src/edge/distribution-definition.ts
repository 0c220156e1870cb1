import type { WebAclDefinition } from './web-acl-definition.ts';

/** A header that is sent as the template says. */
export interface HeaderDefinition {
  readonly name: string;
  /** May hold `{{resolve:secretsmanager:…}}`, which is looked up when the distribution is deployed. */
  readonly value: string;
}

/** What a response headers policy does to an answer of the origin. */
export interface ResponseHeadersDefinition {
  /** `override` false leaves a header alone that the origin sent. */
  readonly set: readonly (HeaderDefinition & { readonly override: boolean })[];
  /** Names in lower case. */
  readonly remove: readonly string[];
}

/** A CloudFront distribution with one custom origin, as its template describes it. JSON-serialisable. */
export interface DistributionDefinition {
  readonly id: string;
  /** CloudFront's own name for it, which records lead to: `d….cloudfront.net`, in lower case. */
  readonly domainName: string;
  /** In lower case, without the trailing dot. */
  readonly aliases: readonly string[];
  /** The origin's name, which is resolved for every request and sent as `Host`. */
  readonly originName: string;
  /** Stands before every path; empty or begins with a slash. */
  readonly originPath: string;
  /** Written over what a viewer sends under these names. */
  readonly originHeaders: readonly HeaderDefinition[];
  readonly allowedMethods: readonly string[];
  readonly responseHeaders: ResponseHeadersDefinition;
  readonly webAcl?: WebAclDefinition;
}
