import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startMiniStack } from '../../scripts/emulators/ministack.ts';
import { CACHE } from '../../scripts/emulators/venv.ts';
import type { Target } from './target.ts';

/** A fresh MiniStack; its folder is gone when it is stopped, its log stays in the cache. */
export async function miniStackTarget({ iam }: { readonly iam: boolean }): Promise<Target> {
  const name = iam ? 'MiniStack with IAM enforced' : 'MiniStack';
  const scratch = join(CACHE, `deploy-${process.pid}${iam ? '-iam' : ''}`);
  const logFile = join(CACHE, iam ? 'ministack-iam.log' : 'ministack.log');
  await mkdir(scratch, { recursive: true });
  const remove = () => rm(scratch, { recursive: true, force: true });
  const {
    env,
    process: server,
    stop,
  } = await startMiniStack({ folder: scratch, logFile, iam }).catch(async (error) => {
    await remove();
    throw error;
  });
  return {
    name,
    env,
    scratch,
    prefix: 'drive',
    enforcesIam: iam,
    isEmulated: true,
    slowness: 1,
    log: () => server.log(),
    logFile,
    async stop() {
      await stop();
      await remove();
    },
  };
}
