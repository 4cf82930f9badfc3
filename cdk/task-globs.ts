/** Tells whether a task's name fits a glob: `*` is any text, everything else is itself. */
export function fits(glob: string, task: string): boolean {
  const parts = String(glob)
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(task);
}
