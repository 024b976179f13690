import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { replacementAnswer, type RestAnswers } from '../../faults/rest-answers.js';

// Discord closes on larger payloads with 4002; ws itself would answer 1009, so its own limit is higher.
const WS_MAX_PAYLOAD_BYTES = 1_048_576;
/** A client that does not answer a close frame within this time is disconnected. */
const CLOSE_TIMEOUT_MS = 2000;
const SOCKET_OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: WS_MAX_PAYLOAD_BYTES,
  closeTimeout: CLOSE_TIMEOUT_MS,
};

/** Turns requests for `/gateway` into WebSockets, unless a rule or a refusal says otherwise. */
export class WebSocketUpgrades {
  private readonly sockets = new WebSocketServer(SOCKET_OPTIONS);
  private refusedUntilMs = 0;

  constructor(
    private readonly answers: RestAnswers,
    private readonly accept: (client: WebSocket, request: IncomingMessage, url: URL) => void,
  ) {}

  /** Serves `/gateway` on an HTTP server. */
  listenOn(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const url = new URL(request.url ?? '/', 'ws://simulator');
      if (url.pathname.replace(/\/$/, '') !== '/gateway') {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      if (performance.now() < this.refusedUntilMs) return void socket.destroy();
      if (this.answerByRule(socket)) return;
      this.sockets.handleUpgrade(request, socket, head, (client) => this.accept(client, request, url));
    });
  }

  /** Closes new sockets at once for this time; 0 ends it. */
  refuse(durationMs: number): void {
    this.refusedUntilMs = performance.now() + durationMs;
  }

  close(): void {
    this.sockets.close();
  }

  /** Answers a WebSocket handshake according to a rule. @returns false if there is none. */
  private answerByRule(socket: Duplex): boolean {
    const rule = this.answers.match('UPGRADE', '/gateway', '');
    if (!rule) return false;
    this.answers.wait(rule, () => {
      const answer = replacementAnswer(rule);
      if (answer === null || rule.hangUp) return void socket.destroy();
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n`;
      socket.end(`${head}${headers.join('')}Connection: close\r\n\r\n${answer.text}`);
    });
    return true;
  }
}
