import type { Ack } from '@discord-relay/contracts/wire';
import { disconnected, RelayError } from '../relay-error.js';
import { renewalDelayMs, tokenEndMs } from './token.js';
import { wallClockMs } from '../wall-clock.js';

/** Renews the token of a connection while it is in use, so that the connection outlives its tokens. */
export class TokenKeeper {
  private token = '';
  private endMs: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly getToken: () => string | Promise<string>,
    private readonly send: (token: string) => Promise<Ack<object>>,
    private readonly report: (error: RelayError) => void,
  ) {}

  /** The token to connect with. */
  async get(): Promise<string> {
    this.token = await this.getToken();
    this.endMs = tokenEndMs(this.token);
    return this.token;
  }

  /** The connection is open: the token is renewed from now on. */
  start(): void {
    this.stop();
    if (this.endMs === undefined) return;
    this.timer = setTimeout(() => void this.renew(), renewalDelayMs(this.endMs, wallClockMs()));
  }

  /** The token has expired by the service's clock; the local clock is not used. */
  renewNow(): void {
    this.stop();
    this.timer = setTimeout(() => void this.renew(), 0);
  }

  /** The connection is closed. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Retries until it succeeds; if the token expires first, the client reconnects with another one. */
  private async renew(): Promise<void> {
    const { timer } = this;
    const error = await this.exchange().catch((cause) => new RelayError(disconnected(String(cause))));
    // The connection was lost or reopened meanwhile.
    if (timer !== this.timer) return;
    if (error) this.report(error);
    if (!error || error.retryable) this.start();
  }

  private async exchange(): Promise<RelayError | undefined> {
    const token = await this.getToken();
    if (token === this.token) return undefined;
    const answer = await this.send(token);
    if (!answer.ok) return new RelayError(answer.error);
    this.token = token;
    this.endMs = tokenEndMs(token);
    return undefined;
  }
}
