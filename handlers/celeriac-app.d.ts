/** The app that is deployed, with the modules of its tasks: written by the bundler. */
declare module 'celeriac:app' {
  /** What createApp() returned. */
  export const app: object;
  /** The modules with its tasks, by their files. */
  export const modules: Readonly<Record<string, object>>;
  /** Names of tasks that the app has and none of the modules. */
  export const elsewhere: readonly string[];
}
