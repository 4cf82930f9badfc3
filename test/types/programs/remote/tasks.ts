import * as z from 'zod';
import { app } from './app.ts';

export const sendDigest = app.task('digest.send', { args: z.tuple([z.int()]) }, async (userId) => ({
  userId,
  heavy: true,
}));
export const report = app.task('report', { bind: true }, async (self, rows: { userId: number; heavy: boolean }) =>
  String(self.request.id ?? rows.userId),
);
export const helper = (a: string): string => a;
