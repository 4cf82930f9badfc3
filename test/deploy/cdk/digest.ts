import { App } from 'aws-cdk-lib';
import { DigestStack } from '../../../examples/digest/cdk/stack.ts';
import { changeGrants } from './grants.ts';

/** The stack of the digest example, with what MiniStack wants of it where it enforces IAM. */
const app = new App();
const { DIGEST_DATABASE: database = '', DIGEST_SMTP_URL: smtpUrl = '' } = process.env;
changeGrants(new DigestStack(app, 'Digest', { database, smtpUrl }));
