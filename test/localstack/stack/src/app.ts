import { createApp } from 'celeriac';

/** What is deployed on LocalStack. */
export const app = createApp('parcels', {
  queues: { default: {}, labels: { batchSize: 1 } },
  taskRoutes: { 'labels.*': { queue: 'labels' } },
});

export const weigh = app.task('parcels.weigh', {}, async (grams: number) => grams / 1_000);
export const print = app.task('labels.print', { timeLimit: 90 }, async (kilograms: number) => `${kilograms} kg`);
