/** Reads a setting that this service cannot do without. */
export function setting(name: 'DIGEST_DATABASE' | 'DIGEST_SMTP_URL'): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set; see examples/digest/README.md`);
  return value;
}
