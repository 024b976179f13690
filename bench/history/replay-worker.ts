import type { MessageBody, Positioned, Replayable, ReplayStatus } from '@discord-relay/contracts';
import { io, type Socket } from 'socket.io-client';
import type { Arrival, ReplayRun } from './replay-timing.js';

/** In a process of its own, so that what it reads does not delay the clients of live delivery. */
process.on('message', (run: ReplayRun) => {
  void replay(run).then((arrivals) => process.send!(arrivals));
});

async function replay({ url, token, request }: ReplayRun): Promise<Arrival[]> {
  const socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true });
  try {
    await new Promise<void>((resolve, reject) =>
      socket.once('connect', resolve).once('connect_error', reject),
    );
    return await arrivalsOf(socket, request);
  } finally {
    socket.disconnect();
  }
}

/** What arrives of a replay, until it has ended. */
async function arrivalsOf(socket: Socket, request: object): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  socket.on('message', ({ seq, prev, replay: mark }: Replayable<MessageBody & Positioned>) => {
    if (mark) arrivals.push({ seq, prev, recordedMs: Date.parse(mark.at), arrivedMs: performance.now() });
  });
  const ended = new Promise((resolve) => socket.once('replay_ended', resolve));
  const answer = (await socket.emitWithAck('replay_start', request)) as { ok: boolean } & ReplayStatus;
  if (!answer.ok) throw new Error(`the replay was refused: ${JSON.stringify(answer)}`);
  await ended;
  return arrivals;
}
