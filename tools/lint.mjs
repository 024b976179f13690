// `npm run lint`: the scripts `lint:…` of package.json side by side, one on each core. Prints the output of each when it ends, and one
// line at the end: N passed, N failed
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './build/files.mjs';

const PREFIX = 'lint:';
const counts = { passed: 0, failed: 0 };

async function runScript(script) {
  const started = performance.now();
  const child = spawn('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  counts[code === 0 ? 'passed' : 'failed']++;
  console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${script} (${seconds} s)`);
  if (output.trim()) console.log(output.trimEnd());
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const waiting = Object.keys(scripts).filter((script) => script.startsWith(PREFIX));
const work = async () => {
  for (let next = waiting.shift(); next; next = waiting.shift()) await runScript(next);
};
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
