/** Where the end-to-end test deploys to: an emulator or a real account. Nothing else of the test knows which. */
export interface Target {
  readonly name: string;
  /** Endpoint, credentials and region for clients, the CDK and commands. */
  readonly env: Readonly<Record<string, string>>;
  /** An existing folder for everything that a run needs. */
  readonly scratch: string;
  /** What all names of a run begin with, so that it meets nothing else in the account. */
  readonly prefix: string;
  /** Who may do what is enforced. */
  readonly enforcesIam: boolean;
  /** MiniStack: mail servers and databases on this machine are within reach of the functions, and it has its deviations. */
  readonly isEmulated: boolean;
  /** How many times as long as on MiniStack everything may take. */
  readonly slowness: number;
  /** What the functions have printed, where that is known. */
  log(): string;
  /** The path of the whole log. */
  readonly logFile?: string;
  stop(): Promise<void>;
}
