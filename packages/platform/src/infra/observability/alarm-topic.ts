import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { alarmName, alarmTopicName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';

/** What an {@link AlarmTopic} is made of. */
export interface AlarmTopicProps {
  readonly context: BackendContext;
  /** Alarms that tell the topic when they ring and when they stop. */
  readonly alarms: readonly AlarmBase[];
}

/**
 * The SNS topic that a Region's alarms tell. Each address has to confirm its subscription once for each Region.
 *
 * It is not encrypted with a key: CloudWatch may not use the one that AWS manages, one's own costs each month, and an
 * alarm tells names and numbers only. SNS encrypts on disk and on the way in any case.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { context, alarms }: AlarmTopicProps) {
    super(scope, id);
    const { project, stage, settings } = context;
    this.topic = new Topic(this, 'Topic', { topicName: alarmTopicName(project, stage), enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisStage',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        // The service acts for any account that names this topic in an alarm of its own.
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: alarmName(project, stage, '*'),
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    for (const address of settings.observability.alarmEmails) {
      this.topic.addSubscription(new EmailSubscription(address));
    }
    const notify = new SnsAction(this.topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(notify);
      alarm.addOkAction(notify);
    }
  }
}
