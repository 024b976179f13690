import { AppError } from '@discord-relay/contracts';

/** Limits long reads of the database: one at a time for each user, and some connections are reserved for other requests. */
export class UserConcurrency {
  private readonly running = new Set<string>();

  constructor(
    private readonly maxConcurrent: number,
    /** For messages: what is limited. */
    private readonly name: string,
  ) {}

  /** @throws AppError `REQUEST.RATE_LIMITED`, or what the work throws */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    if (this.running.has(userId))
      throw new AppError('REQUEST.RATE_LIMITED', `your last ${this.name} is still running`);
    if (this.running.size >= this.maxConcurrent)
      throw new AppError('REQUEST.RATE_LIMITED', `too many requests of the kind ${this.name}: wait`);
    this.running.add(userId);
    try {
      return await work();
    } finally {
      this.running.delete(userId);
    }
  }
}
