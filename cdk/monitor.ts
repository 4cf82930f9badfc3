import type { Construct } from 'constructs';
import { addAlarms } from './monitoring/alarms.ts';
import { addDashboard } from './monitoring/dashboard.ts';
import type { AppResources } from './resources.ts';
import type { TaskAppProps } from './task-app-props.ts';

/** Adds the alarms and the dashboard that were asked for; the dashboard shows the alarms. */
export function monitor(app: Construct & AppResources, props: Pick<TaskAppProps, 'alarms' | 'dashboard'>): void {
  const alarms = props.alarms ? addAlarms(app, app, props.alarms) : [];
  if (props.dashboard) addDashboard(app, app, { alarms, ...props.dashboard });
}
