import { Annotations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AppResources } from '../resources.ts';
import type { AlarmProps } from './alarm-props.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { appAlarms } from './app-alarms.ts';
import { depthAlarms } from './depth-alarms.ts';
import { checkThresholds, thresholdsOf } from './thresholds.ts';
import { workerAlarms } from './worker-alarms.ts';

/**
 * Gives an app its alarms: thirteen a queue, two for all, each called `<prefix>-<queue>-<alarm>` or `<prefix>-<alarm>`.
 *
 * @returns them, the queues' first
 * @throws {ConfigurationError} a threshold is out of range, or is for a queue that the app has not
 * @see docs/operations.md
 */
export function addAlarms(scope: Construct, app: AppResources, props: AlarmProps = {}): readonly Alarm[] {
  checkThresholds(props, [...app.queues.keys()]);
  const parent = new Construct(scope, 'Alarms');
  const actions = actionsOf(props);
  if (actions.length === 0) {
    const text = 'the alarms tell nobody; give them a topic or actions';
    Annotations.of(parent).addWarningV2('celeriac:alarms-without-actions', text);
  }
  const { tellWhenOver = true } = props;
  const make = (name: string, path: string, spec: AlarmSpec) => {
    const alarm = alarmOf(parent, path, name, spec);
    alarm.addAlarmAction(...actions);
    if (tellWhenOver) alarm.addOkAction(...actions);
    return alarm;
  };
  const ofQueues = [...app.queues.values()].flatMap((queue) => {
    const thresholds = thresholdsOf(queue, props);
    const specs = [...depthAlarms(app, queue, thresholds), ...workerAlarms(app, queue, thresholds)];
    return specs.map((spec) => make(`${app.prefix}-${queue.name}-${spec.name}`, `${queue.name}-${spec.name}`, spec));
  });
  const ofApp = [...appAlarms(app, props)].map((spec) => make(`${app.prefix}-${spec.name}`, spec.name, spec));
  return [...ofQueues, ...ofApp];
}

function actionsOf({ topic, actions = [] }: AlarmProps): IAlarmAction[] {
  return [...(topic ? [new SnsAction(topic)] : []), ...actions];
}

function alarmOf(scope: Construct, id: string, alarmName: string, spec: AlarmSpec): Alarm {
  const { name, metric, threshold, of = 1, periods = of, means, first } = spec;
  return new Alarm(scope, id, {
    alarmName,
    alarmDescription: `${means} First: ${first} See docs/operations.md#${name} of celeriac.`,
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: of,
    datapointsToAlarm: periods,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
