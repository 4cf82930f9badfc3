import { Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { TaskApp } from 'celeriac/cdk';
import type { Construct } from 'constructs';

/** Where the service finds its database and its mail server. */
export interface DigestStackProps extends StackProps {
  readonly database: string;
  readonly smtpUrl: string;
}

/** The daily digest: every queue, function, alarm and permission comes from `src/app.ts`. */
export class DigestStack extends Stack {
  readonly tasks: TaskApp;

  constructor(scope: Construct, id: string, { database, smtpUrl, ...props }: DigestStackProps) {
    super(scope, id, props);
    this.tasks = new TaskApp(this, 'Tasks', {
      entry: 'src/app.ts',
      environment: { DIGEST_DATABASE: database, DIGEST_SMTP_URL: smtpUrl },
      alarms: { topic: new Topic(this, 'Alarms') },
      dashboard: {},
    });
  }
}
