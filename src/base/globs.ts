/** Makes the test of a glob: `*` is any text, everything else is itself. */
export function globTest(glob: string): (text: string) => boolean {
  if (!glob.includes('*')) return (text) => text === glob;
  const parts = glob.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const regExp = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => regExp.test(text);
}
