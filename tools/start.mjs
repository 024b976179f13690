import { bootstrap } from './bootstrap.mjs';

await bootstrap();
await import('./local-stack/dist/main.js');
