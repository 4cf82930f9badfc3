import { app } from './app.ts';

export const add = app.task('add', {}, (x: number, y: number) => x + y);

export const total = app.task('total', {}, (values: number[]) => values.reduce((a, b) => a + b, 0));
