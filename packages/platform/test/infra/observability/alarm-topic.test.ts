import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { alarmsOf, watchedRegion } from './watched-region.ts';

const told = (alarmEmails: string[] = []) =>
  watchedRegion({ changes: { observability: { alarmTopic: true, alarmEmails } } });

describe('AlarmTopic', () => {
  test('AlarmTopic is told by every alarm, when it rings and when it stops', () => {
    const template = told();
    const [topicId] = Object.keys(template.findResources('AWS::SNS::Topic'));
    const actions = [{ Ref: topicId }];
    const alarms = [...alarmsOf(template).values()];
    expect(alarms.length).toBeGreaterThan(10);
    for (const alarm of alarms) {
      expect(alarm, alarm.AlarmName).toMatchObject({ AlarmActions: actions, OKActions: actions });
    }
    template.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmActions: actions,
      OKActions: actions,
    });
  });

  test('AlarmTopic takes messages from the alarms of its stage in its account, over TLS, and from nobody else', () => {
    const template = told();
    template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'shop-main-alarms' });
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const statements: { Effect: string }[] = policy?.Properties.PolicyDocument.Statement;
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': expect.anything() },
        },
      }),
    ]);
    expect(JSON.stringify(allowed)).toContain(':alarm:shop-main-*');
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  test('AlarmTopic writes to each address', () => {
    const template = told(['ops@example.com', 'night@example.com']);
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([
      ['email', 'ops@example.com'],
      ['email', 'night@example.com'],
    ]);
    expect(Object.keys(told().findResources('AWS::SNS::Subscription'))).toEqual([]);
  });
});
