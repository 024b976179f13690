import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimitError, RequestMethod, REST, RESTEvents, type ResponseLike } from '@discordjs/rest';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { HistoryRequestError } from './history-request-error.js';
import { isRefusal, RefusalCircuitBreaker, RequestPacer } from './request-pacer.js';

const REQUEST_TIMEOUT_MS = 15_000;

export interface RequestSettings {
  token: string;
  apiUrl: string;
  requestsPerSecond: number;
  /** Number of 401, 403 and 429 responses within ten minutes at which requests stop. */
  maxRefusals?: number;
}

/** Requests to Discord's REST API: paced, repeated after a rate limit, and stopped before Discord would block the address. */
export class PacedRequests {
  private readonly rest: REST;
  private readonly pace: RequestPacer;
  private readonly breaker: RefusalCircuitBreaker;

  constructor(
    private readonly settings: RequestSettings,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
    private readonly signal: AbortSignal,
  ) {
    this.pace = new RequestPacer(settings.requestsPerSecond);
    this.breaker = new RefusalCircuitBreaker(settings.maxRefusals);
    this.rest = new REST({
      version: '10',
      api: settings.apiUrl,
      timeout: REQUEST_TIMEOUT_MS,
      // Otherwise the library would wait and retry, without the pacer and the circuit breaker.
      rejectOnRateLimit: () => true,
    });
    this.rest.on(RESTEvents.Response, (_request, response) => this.count(response.status));
  }

  /** Repeats a request until it is answered. @throws HistoryRequestError when it is refused or the response is unusable */
  async get(bucket: string, route: `/${string}`, query: object = {}): Promise<unknown> {
    try {
      return await this.requestUntilAnswered(bucket, route, query);
    } catch (error) {
      if (this.signal.aborted || error instanceof AppError) throw error;
      throw HistoryRequestError.of(error);
    }
  }

  private async requestUntilAnswered(bucket: string, route: `/${string}`, query: object): Promise<unknown> {
    const parameters = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
    for (;;) {
      this.checkBreaker();
      const waitMs = this.pace.reserve(bucket, performance.now()) - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.signal });
      this.signal.throwIfAborted();
      const response = await this.send(bucket, route, new URLSearchParams(parameters));
      if (response) return response.json();
    }
  }

  /** Undefined when the request has to be repeated later. */
  private async send(
    bucket: string,
    fullRoute: `/${string}`,
    query: URLSearchParams,
  ): Promise<ResponseLike | undefined> {
    try {
      const { signal } = this;
      // The library drops its token after a 401 and would send no further request.
      this.rest.setToken(this.settings.token);
      const response = await this.rest.queueRequest({ method: RequestMethod.Get, fullRoute, query, signal });
      this.pace.onAnswer(bucket, bucketState(response));
      return response;
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      const waitMs = Math.max(error.retryAfter, error.timeToReset);
      this.pace.onRateLimited(bucket, waitMs, performance.now(), error.global);
      this.logger.debug(
        { route: error.route, waitMs, global: error.global },
        'backfill waits for a rate limit',
      );
      return undefined;
    }
  }

  private count(status: number): void {
    this.metrics.requests.inc({ status: String(status) });
    if (isRefusal(status)) this.breaker.refused(performance.now());
  }

  private checkBreaker(): void {
    if (this.breaker.isOpen(performance.now())) throw new AppError('DISCORD.TOO_MANY_REFUSALS');
  }

  /** Forgets a rate-limit bucket. */
  forget(bucket: string): void {
    this.pace.forget(bucket);
  }

  close(): void {
    this.rest.clearHandlerSweeper();
    this.rest.clearHashSweeper();
  }
}

function bucketState({ headers }: ResponseLike) {
  const number = (name: string) => {
    const value = headers.get(name);
    return value === null || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const resetAfterS = number('x-ratelimit-reset-after');
  return {
    remaining: number('x-ratelimit-remaining'),
    resetAfterMs: resetAfterS === undefined ? undefined : resetAfterS * 1_000,
  };
}
