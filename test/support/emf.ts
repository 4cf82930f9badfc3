/** The units that CloudWatch knows. */
const UNITS =
  /^(Seconds|Microseconds|Milliseconds|Percent|None|Count(\/Second)?|(Bytes|Bits|(Kilo|Mega|Giga|Tera)(bytes|bits))(\/Second)?)$/;

/**
 * What is wrong with a line of the embedded metric format, by its specification.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfProblems(line: string): string[] {
  if (Buffer.byteLength(line) > 262_144) return ['longer than 256 KB'];
  const root = JSON.parse(line) as Record<string, unknown>;
  const { Timestamp, CloudWatchMetrics, ...more } = (root._aws ?? {}) as Record<string, unknown>;
  if (!Array.isArray(CloudWatchMetrics)) return ['no _aws.CloudWatchMetrics'];
  return [
    ...found(Number.isInteger(Timestamp), `Timestamp ${Timestamp}`),
    ...Object.keys(more).map((name) => `_aws.${name} is not in the specification`),
    ...CloudWatchMetrics.flatMap((directive) => directiveProblems(directive as Directive, root)),
  ];
}

interface Directive {
  readonly Namespace: unknown;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

function directiveProblems(
  { Namespace, Dimensions, Metrics, ...more }: Directive,
  root: Record<string, unknown>,
): string[] {
  return [
    ...Object.keys(more).map((name) => `${name} is not in the specification`),
    ...found(typeof Namespace === 'string' && /^[^:].{0,254}$/.test(Namespace), `Namespace ${Namespace}`),
    ...found(Dimensions.length > 0, 'no Dimensions'),
    ...found(Metrics.length > 0 && Metrics.length <= 100, `${Metrics.length} metrics`),
    ...found(new Set(Metrics.map(({ Name }) => Name)).size === Metrics.length, 'a metric stands twice'),
    ...Dimensions.filter((set) => set.length > 30).map((set) => `${set.length} dimensions`),
    ...Dimensions.flat().flatMap((name) => dimensionProblems(name, root[name])),
    ...Metrics.flatMap(({ Name, Unit = 'None', ...rest }) => [
      ...Object.keys(rest).map((name) => `${name} is not in the specification`),
      ...found(Name.length > 0 && Name.length <= 255, `metric ${Name}`),
      ...found(UNITS.test(Unit), `unit ${Unit} of ${Name}`),
      ...valueProblems(Name, root[Name]),
    ]),
  ];
}

function dimensionProblems(name: string, value: unknown): string[] {
  const fits = typeof value === 'string' && /^[\x20-\x7e]{1,1024}$/.test(value) && /^[^:].*$/.test(value);
  return [...found(/^[^:]{1,255}$/.test(name), `dimension ${name}`), ...found(fits, `${name}: ${value}`)];
}

function valueProblems(name: string, value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [
    ...found(values.length > 0 && values.length <= 100, `${values.length} values of ${name}`),
    ...values.filter((one) => typeof one !== 'number').map((one) => `${name}: ${one} is no number`),
  ];
}

function found(right: boolean, problem: string): string[] {
  return right ? [] : [problem];
}
