import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signed, expiring addresses of attachments, as Discord's CDN has them: `ex` and `is` in hex seconds, `hm` their MAC. */
export class AttachmentLinks {
  /** `http://host:port`, set when it is known where the simulator listens. */
  origin = 'http://127.0.0.1';
  private generation = 0;

  /**
   * @param seed makes the key, so that addresses outlive a restart with the same seed.
   * @param lifetimeMs how long an address is good.
   */
  constructor(
    private readonly seed: number,
    private readonly lifetimeMs: number,
  ) {}

  /** @param path `/attachments/<channel>/<id>/<file>`, encoded. */
  sign(path: string, nowMs: number): string {
    const ex = hexSeconds(nowMs + this.lifetimeMs);
    const is = hexSeconds(nowMs);
    return `${this.origin}${path}?ex=${ex}&is=${is}&hm=${this.mac(path, ex, is).toString('hex')}&`;
  }

  /** Whether the parameters were given out for this path and have not expired. */
  isGood(path: string, { ex, is, hm }: Record<string, unknown>, nowMs: number): boolean {
    if (typeof ex !== 'string' || typeof is !== 'string' || typeof hm !== 'string') return false;
    const given = Buffer.from(hm, 'hex');
    const right = this.mac(path, ex, is);
    return given.length === right.length && timingSafeEqual(given, right) && nowMs < parseInt(ex, 16) * 1000;
  }

  /** Every address given out so far is no longer good. */
  expireAll(): void {
    this.generation += 1;
  }

  private mac(path: string, ex: string, is: string): Buffer {
    const key = `attachments ${this.seed} ${this.generation}`;
    return createHmac('sha256', key).update(`${path} ${ex} ${is}`).digest();
  }
}

// Rounded up, lest an address be refused before its time.
function hexSeconds(atMs: number): string {
  return Math.ceil(atMs / 1000).toString(16);
}
