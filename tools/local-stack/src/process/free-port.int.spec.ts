import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { repositoryRoot } from './paths.js';

const PORTS = 200;

/** Ports reserved by another process, which runs until the end of this one, or until it is ended. */
async function portsElsewhere(): Promise<{ ports: number[]; end: () => Promise<void> }> {
  const module = join(repositoryRoot, 'tools/local-stack/dist/process/free-port.js');
  const script = `process.stdin.resume().on('end', () => process.exit());
    const { freePort } = await import(${JSON.stringify(module)});
    const ports = []; for (let i = 0; i < ${PORTS}; i++) ports.push(await freePort());
    console.log(JSON.stringify(ports));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const end = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { ports: JSON.parse(line.toString('utf8')) as number[], end };
}

describe('freePort', () => {
  it('freePort gives no port to two processes that live at the same time', async () => {
    const others = await Promise.all([portsElsewhere(), portsElsewhere()]);
    const own: number[] = [];
    for (let i = 0; i < PORTS; i++) own.push(await freePort());
    for (const { end } of others) await end();
    const all = [...own, ...others.flatMap(({ ports }) => ports)];
    expect(new Set(all).size).toBe(3 * PORTS);
  });
});
