import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answerCommands } from '../../test/support/processes/worker-process.js';
import type { ListenersCommand, ListenRequest } from './listeners.js';

const CONNECTING_AT_A_TIME = 50;
const TIMEOUT_MS = 60_000;

let sockets: WebSocket[] = [];
let due = Infinity;
let reached: ((atMs: number) => void) | undefined;
let frames = 0;

const nowMs = (): number => performance.timeOrigin + performance.now();

function count(): void {
  frames += 1;
  if (frames >= due) reached?.(nowMs());
}

async function listen(request: ListenRequest): Promise<void> {
  const address = new URL(request.url);
  address.protocol = 'ws:';
  if (request.join) address.pathname = '/socket.io/';
  if (request.join) address.search = '?EIO=4&transport=websocket';
  for (let left = request.sockets; left > 0; left -= CONNECTING_AT_A_TIME) {
    const some = Array.from({ length: Math.min(left, CONNECTING_AT_A_TIME) }, () => enter(address, request));
    sockets.push(...(await Promise.all(some)));
  }
}

/** The few Engine.IO 4 and Socket.IO 5 frames that joining a channel needs. */
async function enter(address: URL, { join, counted }: ListenRequest): Promise<WebSocket> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const marker = Buffer.from(counted);
  let joined!: () => void;
  let refused!: (error: Error) => void;
  const entered = new Promise<void>((resolve, reject) => {
    joined = resolve;
    refused = reject;
  });
  socket.on('error', refused);
  socket.on('close', (code) => refused(new Error(`closed with ${code}`)));
  socket.on('message', (data: Buffer) => {
    if (data.subarray(0, marker.length).equals(marker)) return count();
    if (join) speak(socket, data.toString(), join, joined, refused);
  });
  await Promise.race([once(socket, 'open'), entered]);
  if (!join) joined();
  await within(entered);
  entered.catch(() => undefined);
  return socket;
}

function speak(
  socket: WebSocket,
  frame: string,
  { token, channelId }: { token: string; channelId: string },
  joined: () => void,
  refused: (error: Error) => void,
): void {
  if (frame === '2') return socket.send('3');
  if (frame.startsWith('0')) return socket.send(`40${JSON.stringify({ token })}`);
  if (frame.startsWith('44')) return refused(new Error(frame));
  if (frame.startsWith('40')) {
    return socket.send(`420${JSON.stringify(['join_channel', { channelId, limit: 1 }])}`);
  }
  if (frame.startsWith('430')) {
    if (frame.includes('"ok":true')) joined();
    else refused(new Error(frame));
  }
}

async function within(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not joined in time')), TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns when the last frame arrived */
function received(more: number): Promise<number> {
  due = awaited + more;
  awaited = due;
  if (frames >= due) return Promise.resolve(nowMs());
  return new Promise((resolve) => (reached = resolve));
}
let awaited = 0;

async function answer(command: ListenersCommand): Promise<number> {
  switch (command.kind) {
    case 'listen':
      await listen(command.request);
      return nowMs();
    case 'await':
      return await received(command.frames);
    case 'close':
      for (const socket of sockets) socket.terminate();
      sockets = [];
      return nowMs();
    default:
      return command satisfies never;
  }
}

answerCommands(answer);
