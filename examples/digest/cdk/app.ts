import { App } from 'aws-cdk-lib';
import { DigestStack } from './stack.ts';

const app = new App();
new DigestStack(app, 'Digest', {
  database: setting('DIGEST_DATABASE', '/mnt/digest/users.db'),
  smtpUrl: setting('DIGEST_SMTP_URL', 'smtp://mail.example.org:587'),
});

/** From `cdk -c NAME=value` or the environment. */
function setting(name: string, otherwise: string): string {
  return app.node.tryGetContext(name) ?? process.env[name] ?? otherwise;
}
