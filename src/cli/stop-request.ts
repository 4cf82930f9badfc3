/** Asked by Ctrl-C, by the closing of the terminal, or by whoever manages the process. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** @see https://tldp.org/LDP/abs/html/exitcodes.html */
const FORCED_EXIT_CODE = 130;

/** Resolves at the first request to stop; a second one ends this process at once. */
export function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) process.exit(FORCED_EXIT_CODE);
        asked = true;
        resolve();
      });
    }
  });
}
