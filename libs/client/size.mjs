// Prints how many bytes, minified and gzipped, the client adds to a page besides socket.io-client.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: join(import.meta.dirname, 'dist/index.js'),
  external: ['socket.io-client'],
});
const { output } = await bundle.generate({ format: 'esm', minify: true });
console.log(gzipSync(output[0].code, { level: 9 }).length);
