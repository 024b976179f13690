import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { MAX_MEDIA_LINKS, MEDIA_LINKS_SUBJECT, type MediaLinksAnswer } from '@discord-relay/contracts';
import { type Logger, type NatsLink, Semaphore } from '@discord-relay/platform';
import type { Msg } from '@nats-io/transport-node';
import { z } from 'zod';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { type DiscordApi, LinkRefresher } from './link-refresher.js';

/** Maximum number of concurrent requests to Discord, and of requests that wait for them. */
const CONCURRENCY = 4;
const MAX_PENDING = 64;

const request = z.strictObject({
  urls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(MAX_MEDIA_LINKS),
});

/** Answers gateways' requests for fresh addresses of attachments; each request reaches one ingestor. */
export class MediaLinksService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly refresher: LinkRefresher;
  private readonly semaphore = new Semaphore(CONCURRENCY);
  private isStopping = false;

  constructor(
    private readonly link: Pick<NatsLink, 'connection'>,
    api: DiscordApi,
    private readonly metrics: Pick<IngestorMetrics, 'mediaLinks'>,
    private readonly logger: Logger,
  ) {
    this.refresher = new LinkRefresher(api);
  }

  /** Not awaited, because NATS may be unavailable. */
  onApplicationBootstrap(): void {
    void this.link.connection.then((connection) => {
      if (this.isStopping) return;
      const callback = (_error: Error | null, message: Msg) => void this.reply(message);
      connection.subscribe(MEDIA_LINKS_SUBJECT, { queue: 'ingestor', callback });
    });
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
    this.refresher.close();
  }

  private async reply(message: Msg): Promise<void> {
    const answer = await this.answer(message.string());
    this.metrics.mediaLinks.inc({ result: answer.ok ? 'refreshed' : answer.reason });
    message.respond(JSON.stringify(answer));
  }

  /** Never throws. */
  private async answer(text: string): Promise<MediaLinksAnswer> {
    const urls = urlsOf(text);
    if (!urls) return { ok: false, reason: 'invalid' };
    if (this.isStopping || this.semaphore.size >= CONCURRENCY + MAX_PENDING)
      return { ok: false, reason: 'unavailable' };
    try {
      return { ok: true, freshUrls: await this.semaphore.run(() => this.refresher.refresh(urls)) };
    } catch (err) {
      this.logger.warn({ err, urls: urls.length }, 'Discord gave no fresh addresses of attachments');
      return { ok: false, reason: 'unavailable' };
    }
  }
}

function urlsOf(text: string): string[] | undefined {
  try {
    return request.safeParse(JSON.parse(text)).data?.urls;
  } catch {
    return undefined;
  }
}
