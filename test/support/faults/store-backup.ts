import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Stack } from '@discord-relay/local-stack';

const run = promisify(execFile);

export type Store = 'nats' | 'postgres';

/** Cold copies of the files of a stack's stores, and their restoration. */
export class StoreBackups {
  constructor(
    private readonly stack: Stack,
    private readonly dir: string,
  ) {}

  /** Copies a store's files under a name, while the store is stopped for a moment. */
  async take(store: Store, name: string): Promise<void> {
    const target = this.copyOf(store, name);
    await mkdir(join(this.dir, name), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await this.whileStopped(store, () => copy(this.filesOf(store), target));
  }

  /** Replaces a store's files by those of a copy, while the store is stopped. */
  async restore(store: Store, name: string): Promise<void> {
    const files = this.filesOf(store);
    await this.whileStopped(store, async () => {
      await rm(files, { recursive: true, force: true });
      await copy(this.copyOf(store, name), files);
    });
  }

  /** Starts a store anew, without any of its data. */
  async empty(store: Store): Promise<void> {
    await this.whileStopped(store, () => rm(this.filesOf(store), { recursive: true, force: true }));
  }

  private async whileStopped(store: Store, work: () => Promise<void>): Promise<void> {
    const server = this.stack[store]!;
    await server.stop();
    await work();
    await server.restart();
  }

  private copyOf(store: Store, name: string): string {
    return join(this.dir, name, store);
  }

  private filesOf(store: Store): string {
    return join(this.stack.dataDir, store, store === 'nats' ? 'jetstream' : 'cluster');
  }
}

/** With owner and mode, which Postgres requires. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}
