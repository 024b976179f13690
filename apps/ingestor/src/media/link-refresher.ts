import { REST, RESTEvents } from '@discordjs/rest';
import { AppError } from '@discord-relay/contracts';
import { isRefusal, RefusalCircuitBreaker } from '../backfill/rest/request-pacer.js';
import { isFields } from '../normalize/fields/read-fields.js';

const REQUEST_TIMEOUT_MS = 5_000;

export interface DiscordApi {
  token: string;
  apiUrl: string;
  /** Answers of 401, 403 and 429 within ten minutes at which requests stop. */
  maxRefusals?: number;
}

/** Obtains signed addresses of attachments from Discord. */
export class LinkRefresher {
  private readonly rest: REST;
  private readonly breaker: RefusalCircuitBreaker;

  constructor(private readonly api: DiscordApi) {
    this.breaker = new RefusalCircuitBreaker(api.maxRefusals);
    this.rest = new REST({
      version: '10',
      api: api.apiUrl,
      timeout: REQUEST_TIMEOUT_MS,
      retries: 1,
      // The caller gets an error at once instead of waiting for the rate limit, and may try again.
      rejectOnRateLimit: () => true,
    });
    this.rest.on(RESTEvents.Response, (_request, { status }) => {
      if (isRefusal(status)) this.breaker.refused(performance.now());
    });
  }

  /**
   * @param urls at most 50
   * @returns the fresh addresses in the same order; null where Discord gives none
   * @throws AppError `DISCORD.TOO_MANY_REFUSALS`; Error when Discord does not answer as documented
   */
  async refresh(urls: readonly string[]): Promise<(string | null)[]> {
    if (this.breaker.isOpen(performance.now())) throw new AppError('DISCORD.TOO_MANY_REFUSALS');
    // The library drops its token after a 401 and would send no further request.
    this.rest.setToken(this.api.token);
    const answer = await this.rest.post('/attachments/refresh-urls', { body: { attachment_urls: urls } });
    if (!isFields(answer) || !Array.isArray(answer.refreshed_urls))
      throw new Error('the answer to /attachments/refresh-urls has no list of addresses');
    const freshUrls = new Map(answer.refreshed_urls.map(pairOf));
    return urls.map((url) => sameFile(url, freshUrls.get(url)));
  }

  close(): void {
    this.rest.clearHandlerSweeper();
    this.rest.clearHashSweeper();
  }
}

const pairOf = (element: unknown): [original: unknown, refreshed: unknown] =>
  isFields(element) ? [element.original, element.refreshed] : [undefined, undefined];

/** The fresh address; null if it belongs to another file. Its host may differ. */
function sameFile(url: string, fresh: unknown): string | null {
  if (typeof fresh !== 'string' || !URL.canParse(fresh)) return null;
  return new URL(url).pathname === new URL(fresh).pathname ? fresh : null;
}
