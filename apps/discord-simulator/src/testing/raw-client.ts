import { WebSocket } from 'ws';

type Payload = { op: number; t: string | null; s: number | null; d: unknown };

/** A gateway client that can break the protocol, for what a real library never does. */
export class RawClient {
  readonly received: Payload[] = [];
  closeCode: number | null = null;
  private readonly socket: WebSocket;

  constructor(gatewayUrl: string, query = 'v=10&encoding=json') {
    this.socket = new WebSocket(`${gatewayUrl}?${query}`);
    this.socket.on(
      'message',
      (data: Buffer) => void this.received.push(JSON.parse(data.toString()) as Payload),
    );
    this.socket.on('close', (code) => void (this.closeCode = code));
    this.socket.on('error', () => void (this.closeCode ??= 1006));
  }

  send(op: number, d: unknown): void {
    this.sendText(JSON.stringify({ op, d }));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  close(code?: number): void {
    this.socket.close(code);
  }

  identify(extra: object = {}): void {
    this.send(2, { token: 'x', intents: 33_281, properties: {}, ...extra });
  }

  find(op: number, t: string | null = null): Payload | undefined {
    return this.received.find((payload) => payload.op === op && payload.t === t);
  }
}
