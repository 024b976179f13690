import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sets the time of libfaketime: an offset such as `-1h`, in a file that it reads continuously. */
export class FalseClock {
  private readonly file: string;

  private constructor(
    dir: string,
    private readonly library: string,
  ) {
    this.file = join(dir, 'faketime');
  }

  /** A clock that is right at first. @param library path of libfaketime */
  static async create(dir: string, library: string): Promise<FalseClock> {
    const clock = new FalseClock(dir, library);
    await clock.set('+0');
    return clock;
  }

  /** Environment for processes that use this clock. Their monotonic clock continues, as when a wall clock is set. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets the wall clock; processes notice within a second. */
  async set(offset: string): Promise<void> {
    await writeFile(this.file, offset);
  }
}
