import { consoleTelemetry } from '../../../src/aws/console-telemetry.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { appDimension } from '../../../src/ports/metrics.ts';
import { EVENTS } from '../../contract/telemetry-contract.ts';

/** A metric as CloudWatch knows it: namespace, name and dimensions as text, and its unit. */
export type Written = ReadonlyMap<string, string>;

/** Every metric that the worker of these queues really writes, by what it writes for every event that there is. */
export function writtenMetrics(queuePrefix: string, queues: readonly string[]): Written {
  const lines: string[] = [];
  const app = appDimension(queuePrefix);
  const telemetry = consoleTelemetry({
    clock: systemClock,
    app,
    level: 'error',
    write: (line) => void lines.push(line),
  });
  const more = [
    { ...EVENTS.failed, expected: true },
    { ...EVENTS.revoked, why: 'revoked' as const },
  ];
  for (const queue of queues)
    for (const event of [...Object.values(EVENTS), ...more]) telemetry.event({ ...event, queue });
  lines.length = 0;
  telemetry.flush();
  return new Map(lines.flatMap((line) => metricsIn(JSON.parse(line))));
}

/** How such a metric is told from all others. */
export function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => a.localeCompare(b));
  return `${namespace} ${name} ${JSON.stringify(sorted)}`;
}

interface EmfLine extends Readonly<Record<string, unknown>> {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

function metricsIn(line: EmfLine): [key: string, unit: string][] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, line[name]]));
      return Metrics.map(({ Name, Unit }): [string, string] => [keyOf(Namespace, Name, dimensions), Unit]);
    }),
  );
}
