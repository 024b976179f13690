import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './spool-lock.js';

describe('lockFolder', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-lock-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Another process that has the lock until it is killed. */
  async function holdElsewhere() {
    const program = `require('net').createServer((s) => s.destroy()).listen(process.argv[1], () => console.log('held'))`;
    const holder = spawn(process.execPath, ['-e', program, join(dir, 'lock-0a1b2c3d')]);
    await once(holder.stdout, 'data');
    return async () => {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    };
  }

  it('the lock of a folder excludes others until it is released, and leaves nothing behind', async () => {
    const release = await lockFolder(dir);
    await expect(lockFolder(dir)).rejects.toMatchObject({
      code: 'LOG.SPOOL_IN_USE',
      message: expect.stringMatching(/SPOOL_DIR .* give every replica its own folder/) as string,
    });
    await release();
    await (
      await lockFolder(dir)
    )();
    expect(await readdir(dir)).toEqual([]);
  });

  it('the lock of a folder is free at once when its owner is killed', async () => {
    const kill = await holdElsewhere();
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'LOG.SPOOL_IN_USE' });
    await kill();
    expect(await readdir(dir)).toEqual(['lock-0a1b2c3d']);
    const release = await lockFolder(dir);
    expect(await readdir(dir)).toHaveLength(1);
    await release();
  });

  it('the lock of a folder is never granted to two processes at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(dir)));
      const held = outcomes.filter((each) => each.status === 'fulfilled');
      expect(held.length).toBeLessThanOrEqual(1);
      await Promise.all(held.map(({ value: release }) => release()));
    }
  });

  it('a path that is too long to be locked is reported', () =>
    expect(lockFolder(join(dir, 'x'.repeat(100)))).rejects.toMatchObject({
      code: 'LOG.SPOOL_UNUSABLE',
      message: expect.stringContaining('path is too long') as string,
    }));
});
