import type { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch';
import { chunked } from '../../src/base/chunked.ts';
import { PERIOD } from './metrics.ts';

/** The columns of a dashboard. */
const WIDTH = 24;
const HEIGHT = 6;

/** A graph, in words. */
export interface Graph extends Pick<GraphWidgetProps, 'leftAnnotations' | 'rightAnnotations'> {
  readonly title: string;
  /** What the left axis counts, e.g. `seconds`. */
  readonly unit: string;
  readonly left: readonly IMetric[];
  /** What the right axis counts. */
  readonly rightUnit?: string;
  readonly right?: readonly IMetric[];
  readonly period?: Duration;
}

/** Puts graphs side by side, at most `most` in a row. */
export function rowsOf(graphs: readonly Graph[], most: number): IWidget[][] {
  const columns = Math.min(most, graphs.length);
  return chunked(graphs, columns).map((row) => row.map((graph) => widgetOf(graph, WIDTH / columns)));
}

function widgetOf(
  { title, unit, left, rightUnit, right, period = PERIOD, ...annotations }: Graph,
  width: number,
): IWidget {
  return new GraphWidget({
    title,
    width,
    height: HEIGHT,
    period,
    left: [...left],
    leftYAxis: axis(unit),
    ...(right && rightUnit ? { right: [...right], rightYAxis: axis(rightUnit) } : {}),
    ...annotations,
  });
}

function axis(label: string): YAxisProps {
  return { label, min: 0, showUnits: false };
}
