/** What serves AWS to the suites: an emulator that is known by its health page, the embedded servers, or something else. */
export type ServedBy = 'embedded' | 'MiniStack' | 'LocalStack' | 'unknown';

/** MiniStack first: it answers at LocalStack's page as well. */
const HEALTH_PAGES = { MiniStack: '/_ministack/health', LocalStack: '/_localstack/health' } as const;

const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS } = process.env;
const GIVEN = AWS_ENDPOINT_URL ?? AWS_ENDPOINT_URL_SQS;

/** Asks the endpoint of the environment what it is: what a server does otherwise than AWS is written down by its name. */
export async function servedBy(endpoint: string | undefined = GIVEN): Promise<ServedBy> {
  if (!endpoint) return 'embedded';
  for (const [name, page] of Object.entries(HEALTH_PAGES)) {
    const answer = await fetch(new URL(page, endpoint)).catch(() => undefined);
    if (answer?.ok) return name as keyof typeof HEALTH_PAGES;
  }
  return 'unknown';
}
