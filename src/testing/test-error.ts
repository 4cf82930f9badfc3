/** A test cannot go on, or expects what is not so: says why, with the seed and the end of the timeline. */
export class TestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TestError';
  }
}
