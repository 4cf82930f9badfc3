/** The variables of this process: its tasks inherit them, its checks look at them. */
export function inheritedVariables(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: the one place where what runs locally reads it
  return process.env;
}
