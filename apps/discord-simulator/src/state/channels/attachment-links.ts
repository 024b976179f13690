import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signed, expiring URLs of attachments, as Discord's CDN has them: `ex` and `is` in hex seconds, `hm` their MAC. */
export class AttachmentLinks {
  /** `http://host:port`, set once the listening address is known. */
  origin = 'http://127.0.0.1';
  private generation = 0;

  /**
   * @param seed determines the key, so that URLs survive a restart with the same seed.
   * @param lifetimeMs lifetime of a URL.
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

  /** Whether the parameters are a valid signature for this path and have not expired. */
  isGood(path: string, { ex, is, hm }: Record<string, unknown>, nowMs: number): boolean {
    if (typeof ex !== 'string' || typeof is !== 'string' || typeof hm !== 'string') return false;
    const given = Buffer.from(hm, 'hex');
    const right = this.mac(path, ex, is);
    return given.length === right.length && timingSafeEqual(given, right) && nowMs < parseInt(ex, 16) * 1000;
  }

  /** Invalidates all URLs created so far. */
  expireAll(): void {
    this.generation += 1;
  }

  private mac(path: string, ex: string, is: string): Buffer {
    const key = `attachments ${this.seed} ${this.generation}`;
    return createHmac('sha256', key).update(`${path} ${ex} ${is}`).digest();
  }
}

// Rounded up, so that a URL is never refused early.
function hexSeconds(atMs: number): string {
  return Math.ceil(atMs / 1000).toString(16);
}
