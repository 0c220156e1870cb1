import { stableId, stableUuid } from './physical-name.ts';
import {
  arn,
  generatedId,
  generatedUuid,
  named,
  type ResourceIdentity,
  type ResourceValues,
} from './resource-identity.ts';

const distributionId = (resource: ResourceIdentity): string => `E${generatedId(resource, 13).toUpperCase()}`;
const webAclName = (resource: ResourceIdentity): string => named(resource, 'Name', 128);
const policyId: ResourceValues = { Ref: generatedUuid, Id: generatedUuid };
/** Letters, digits and dashes, in lower case. */
const bucketName = (resource: ResourceIdentity): string => named(resource, 'BucketName', 63).toLowerCase();

/**
 * The name and six more characters, which follow here from the name alone: replicas have the same.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
 */
const secretArn = (resource: ResourceIdentity): string => {
  const name = named(resource, 'Name', 512);
  return arn(resource, 'secretsmanager', `secret:${name}-${stableId(name, 6)}`);
};

/** Return values of what stands in front of the regions, and of what breaks them on purpose. */
export const EDGE_VALUES: Readonly<Record<string, ResourceValues>> = {
  'AWS::CloudFront::CachePolicy': policyId,
  'AWS::CloudFront::Distribution': {
    Ref: distributionId,
    Id: distributionId,
    DomainName: (resource) => `d${generatedId(resource, 13)}.cloudfront.net`,
  },
  'AWS::CloudFront::OriginRequestPolicy': policyId,
  'AWS::CloudFront::ResponseHeadersPolicy': policyId,
  'AWS::FIS::ExperimentTemplate': {
    Ref: (resource) => `EXT${generatedId(resource, 15)}`,
    Id: (resource) => `EXT${generatedId(resource, 15)}`,
  },
  'AWS::S3::Bucket': {
    Ref: bucketName,
    Arn: (resource) => `arn:aws:s3:::${bucketName(resource)}`,
    DomainName: (resource) => `${bucketName(resource)}.s3.amazonaws.com`,
    RegionalDomainName: (resource) => `${bucketName(resource)}.s3.${resource.region}.amazonaws.com`,
  },
  'AWS::SecretsManager::Secret': { Ref: secretArn, Id: secretArn },
  'AWS::WAFv2::WebACL': {
    Ref: (resource) => `${webAclName(resource)}|${webAclId(resource)}|${resource.property('Scope')}`,
    Id: webAclId,
    Arn: (resource) => arn(resource, 'wafv2', `global/webacl/${webAclName(resource)}/${webAclId(resource)}`),
  },
};

function webAclId(resource: ResourceIdentity): string {
  return stableUuid(`${resource.stackName}/${resource.logicalId}`);
}
