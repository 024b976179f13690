import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** How often {@link SmallDisk.fill} is overtaken by what others write before it gives up. */
const FILL_ATTEMPTS = 20;

/** A file system in memory with a limited size. Linux only; needs the right to mount, see {@link canMount}. */
export class SmallDisk {
  private constructor(private readonly dir: string) {}

  /** Mounts it at an existing empty folder. */
  static async mount(dir: string, kilobytes: number): Promise<SmallDisk> {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', dir]);
    return new SmallDisk(dir);
  }

  async resize(kilobytes: number): Promise<void> {
    await run('mount', ['-o', `remount,size=${kilobytes}k`, this.dir]);
  }

  /** Leaves room for `spareKb` only, also while others write: a size below what is in use is refused, so it looks again. */
  async fill(spareKb = 0): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { blocks, bfree, bsize } = await statfs(this.dir);
      try {
        return await this.resize(Math.ceil(((blocks - bfree) * bsize) / 1_024) + spareKb);
      } catch (error) {
        if (attempt === FILL_ATTEMPTS) throw error;
      }
    }
  }

  /** Works even while files on it are open. */
  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.dir]);
  }
}

/** Whether this process may mount; if not, prints that tests of full disks are skipped. */
export function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'relay-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'pipe' });
    execFileSync('umount', [dir], { stdio: 'pipe' });
    return true;
  } catch (error) {
    process.stderr.write(`tests of a full disk are skipped: ${(error as Error).message}\n`);
    return false;
  } finally {
    rmdirSync(dir);
  }
}
