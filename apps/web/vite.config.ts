import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Where `vite dev` finds the service; the service itself serves the built page. */
const SERVICE_URL = 'http://127.0.0.1:3000';

export default defineConfig(({ command }) => ({
  // Relative addresses: the page works below any path prefix. The development server has none.
  base: command === 'build' ? './' : '/',
  plugins: [react()],
  resolve: { conditions: ['@discord-relay/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    sourcemap: true,
    // The content security policy allows files of this origin only: no data: URLs, no inline preload script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': SERVICE_URL, '/socket.io': { target: SERVICE_URL, ws: true } },
  },
}));
