import type { Stage } from './stage-faults.ts';
import { fault, type TopologyFault } from './topology-error.ts';

/** What is wrong with how a stage is watched, as a whole. */
export function guardFaults({ settings: { observability, logs } }: Stage): TopologyFault[] {
  const { alarms, alarmTopic, alarmEmails } = observability;
  const faults: TopologyFault[] = [];
  // Metrics travel in log lines: without them an alarm is silent, or never is.
  if (alarms && (logs.level === 'warn' || logs.level === 'error')) {
    faults.push(
      fault(
        'logs.level',
        logs.level,
        "'debug' or 'info' while observability.alarms is true",
        "Take 'info', which carries the functions' metrics, or set alarms false",
      ),
    );
  }
  if (alarmTopic && !alarms) {
    faults.push(
      fault(
        'observability.alarmTopic',
        true,
        'false while observability.alarms is false',
        'Set alarms true: without them nothing tells the topic anything',
      ),
    );
  }
  if (alarmEmails.length > 0 && !alarmTopic) {
    faults.push(
      fault(
        'observability.alarmEmails',
        alarmEmails,
        'none while observability.alarmTopic is false',
        'Set alarmTopic true: the topic is what addresses subscribe to',
      ),
    );
  }
  return faults;
}
