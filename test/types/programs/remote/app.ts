import { type App, createApp } from 'celeriac';

export const app: App<'default' | 'digest'> = createApp('shop', {
  queues: { default: {}, digest: {} },
  taskRoutes: { 'digest.*': { queue: 'digest' } },
});
