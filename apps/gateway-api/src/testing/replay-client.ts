import type { ReplayEnded, ReplayMark, ReplayStatus, WireError } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { type Received, SocketClient } from './socket-client.js';

type Payload = Record<string, unknown> & { replay?: ReplayMark };
type Marked = Received & { payload: Payload };

/** A socket with replays. */
export class ReplayClient extends SocketClient {
  static async open(url: string, token: string): Promise<ReplayClient> {
    const client = new ReplayClient(url, { token });
    await client.connected();
    return client;
  }

  /** @throws Error with the refusal */
  async start(request: object): Promise<ReplayStatus> {
    return await this.send('replay_start', request);
  }

  /** Sends a request that must succeed. */
  async send(event: string, request: object): Promise<ReplayStatus> {
    const answer = await this.request(event, request);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
    return answer as unknown as ReplayStatus;
  }

  async refusal(event: string, request: object): Promise<WireError> {
    const answer = await this.request(event, request);
    if (answer.ok) throw new Error(`${event} was not refused`);
    return answer.error;
  }

  /** What the replay has sent, in order. */
  ofReplay(id: string): Marked[] {
    return this.received.filter((each): each is Marked => (each.payload as Payload)?.replay?.id === id);
  }

  /** The contents of the messages that the replay has sent, without those of snapshots. */
  contents(id: string): unknown[] {
    return this.ofReplay(id)
      .filter(({ event }) => event === 'message')
      .map(({ payload }) => payload.content);
  }

  /** Resolves when the replay has ended. */
  ended(id: string): Promise<ReplayEnded> {
    return until(`the end of replay ${id}`, 20_000, () =>
      this.of('replay_ended').find((ended) => ended.id === id),
    );
  }

  /** Resolves when the replay has sent this many snapshots. */
  snapshots(id: string, count: number): Promise<Marked[]> {
    return until(`${count} snapshots`, 20_000, () => {
      const snapshots = this.ofReplay(id).filter(({ event }) => event === 'messages_bulk');
      return snapshots.length >= count ? snapshots : undefined;
    });
  }
}
