/** The machine's own clock and event loop, also where a test has put others in their place. */
const realNow = performance.now.bind(performance);
const realTurn = setImmediate;
const realPause = setTimeout;

/** Milliseconds since some moment. */
export function realNowMs(): number {
  return realNow();
}

/** Lets every promise that can settle do so, and the event loop go round once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => realTurn(resolve));
}

/** Waits in real time. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => realPause(resolve, milliseconds));
}
