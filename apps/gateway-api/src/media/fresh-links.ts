import {
  AppError,
  MAX_MEDIA_LINKS,
  MEDIA_LINKS_SUBJECT,
  type MediaLinksAnswer,
} from '@discord-relay/contracts';
import { type NatsLink, wallClockMs } from '@discord-relay/platform';

/** Requests that arrive within this time go to the ingestor together. */
const BATCH_MS = 10;
const ANSWER_TIMEOUT_MS = 8_000;
/** A link that is handed out stays valid for at least this long. */
const MIN_VALIDITY_MS = 5 * 60_000;
/** How long a link without an expiry is reused. */
const DEFAULT_VALIDITY_MS = 10 * 60_000;
const MAX_CACHED = 20_000;

export interface FreshLink {
  url: string;
  expiresAt: Date;
}

interface Pending {
  url: string;
  resolve: (link: FreshLink) => void;
  reject: (error: unknown) => void;
}

/** Requests fresh addresses from one ingestor. @throws Error when none answers */
export type RequestLinks = (urls: readonly string[]) => Promise<MediaLinksAnswer>;

export const requestLinksOver =
  (link: Pick<NatsLink, 'connection'>): RequestLinks =>
  async (urls) => {
    const connection = await link.connection;
    const options = { timeout: ANSWER_TIMEOUT_MS };
    const reply = await connection.request(MEDIA_LINKS_SUBJECT, JSON.stringify({ urls }), options);
    return reply.json<MediaLinksAnswer>();
  };

/** Fresh addresses of recorded attachments: requested together, and kept until they are about to expire. */
export class FreshLinks {
  /** By recorded address, the oldest entry first. */
  private readonly cached = new Map<string, FreshLink>();
  private readonly requested = new Map<string, Promise<FreshLink>>();
  private pending: Pending[] = [];

  constructor(private readonly request: RequestLinks) {}

  /** @throws AppError `ATTACHMENT.NOT_FOUND`, `MEDIA.UNAVAILABLE` */
  async of(url: string): Promise<FreshLink> {
    const known = this.cached.get(url);
    if (known && known.expiresAt.getTime() - wallClockMs() >= MIN_VALIDITY_MS) return known;
    const requested = this.requested.get(url);
    if (requested) return requested;
    const request = this.enqueue(url).finally(() => this.requested.delete(url));
    this.requested.set(url, request);
    return request;
  }

  private enqueue(url: string): Promise<FreshLink> {
    return new Promise((resolve, reject) => {
      this.pending.push({ url, resolve, reject });
      if (this.pending.length >= MAX_MEDIA_LINKS) this.flush();
      else if (this.pending.length === 1) setTimeout(() => this.flush(), BATCH_MS);
    });
  }

  private flush(): void {
    const batch = this.pending;
    this.pending = [];
    if (batch.length > 0) void this.load(batch);
  }

  /** Settles every request of the batch, and never throws. */
  private async load(batch: readonly Pending[]): Promise<void> {
    try {
      const answer = await this.request(batch.map(({ url }) => url));
      if (!answer.ok) throw new AppError('MEDIA.UNAVAILABLE');
      for (const [index, { url, resolve, reject }] of batch.entries()) {
        const freshUrl = answer.freshUrls[index];
        if (freshUrl) resolve(this.keep(url, freshUrl));
        else reject(new AppError('ATTACHMENT.NOT_FOUND'));
      }
    } catch (cause) {
      const error =
        cause instanceof AppError ? cause : new AppError('MEDIA.UNAVAILABLE', undefined, { cause });
      for (const { reject } of batch) reject(error);
    }
  }

  private keep(url: string, freshUrl: string): FreshLink {
    const link = { url: freshUrl, expiresAt: expiryOf(freshUrl, wallClockMs()) };
    this.cached.delete(url);
    this.cached.set(url, link);
    if (this.cached.size > MAX_CACHED) this.cached.delete(this.cached.keys().next().value!);
    return link;
  }
}

/** `ex` of a signed address: its expiry in hexadecimal seconds. */
export function expiryOf(url: string, nowMs: number): Date {
  const seconds = parseInt(new URL(url).searchParams.get('ex') ?? '', 16);
  return new Date(Number.isFinite(seconds) ? seconds * 1_000 : nowMs + DEFAULT_VALIDITY_MS);
}
