import { expect, test } from 'vitest';
import { arnParts, idleCost } from '../../src/teardown/idle-cost.ts';

test.each([
  ['arn:aws:dynamodb:eu-west-1:1:table/gsp-dev-items', true],
  ['arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/gsp-dev-api', true],
  ['arn:aws:route53:::hostedzone/Z123', true],
  ['arn:aws:route53:::healthcheck/1-2-3', true],
  ['arn:aws:cloudwatch:eu-west-1:1:alarm:gsp-dev', true],
  ['arn:aws:s3:::bucket', true],
  ['arn:aws:acm:eu-west-1:1:certificate/1-2', false],
  ['arn:aws:apigateway:eu-west-1::/apis/abc', false],
  ['arn:aws:lambda:eu-west-1:1:function:gsp-dev-api', false],
  ['arn:aws:sqs:eu-west-1:1:gsp-dev-lost-batches', false],
  ['arn:aws:ssm:eu-west-1:1:parameter/gsp/dev/deployment', false],
])('idleCost() knows %s', (arn, isBillable) => {
  expect(idleCost(arn).isBillable).toBe(isBillable);
  expect(idleCost(arn).costs).not.toMatch(/unknown/);
});

test.each([
  ['arn:aws:route53:::hostedzone/Z123', '$0.50 a month'],
  ['arn:aws:cloudwatch:eu-west-1:1:dashboard:gsp-main', '$3 a month beyond the third'],
  ['arn:aws:secretsmanager:eu-central-1:1:secret:gsp-main/origin-secret-a', '$0.40 a month'],
  ['arn:aws:wafv2:us-east-1:1:global/webacl/gsp-main-edge/1-2', '$5 a month and $1 for each rule'],
  ['arn:aws:fis:eu-west-1:1:experiment-template/EXT1', 'nothing while idle'],
])('idleCost() takes the price of %s from the one table', (arn, costs) => {
  expect(idleCost(arn).costs).toBe(costs);
});

test('idleCost() has somebody look when it does not know the service', () => {
  expect(idleCost('arn:aws:ec2:eu-west-1:1:natgateway/nat-1')).toEqual({
    isBillable: true,
    costs: 'unknown: look at it',
  });
});

test.each([
  ['arn:aws:ssm:eu-west-1:1:parameter/gsp/dev/deployment', 'parameter', 'gsp/dev/deployment'],
  ['arn:aws:cloudwatch:eu-west-1:1:alarm:a:b', 'alarm', 'a:b'],
  ['arn:aws:route53:::hostedzone/Z1', 'hostedzone', 'Z1'],
  ['arn:aws:sqs:eu-west-1:1:queue', 'queue', ''],
])('arnParts() takes %s apart', (arn, type, name) => {
  expect(arnParts(arn)).toMatchObject({ type, name });
});
