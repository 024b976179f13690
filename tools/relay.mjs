import { bootstrap } from './bootstrap.mjs';

await bootstrap();
await import('../apps/cli/dist/bundle.js');
