import react from '@vitejs/plugin-react';
import { defaultServerConditions, defineConfig } from 'vite';

/** The renderer of HTML exports: a module for Node.js, in one file, with React and the style sheet in it. Not served. */
export default defineConfig({
  plugins: [react()],
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { conditions: ['@discord-relay/source', ...defaultServerConditions] },
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    target: 'node20',
    ssr: 'src/archive/main.ts',
    outDir: 'archive/dist',
    minify: true,
    sourcemap: false,
    rolldownOptions: { output: { entryFileNames: 'archive.js', codeSplitting: false } },
  },
});
