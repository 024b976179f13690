import type { MessagePort } from 'node:worker_threads';
import { createEncoder } from '../encode/encoder.js';
import type { SyncRowEncoder } from '../encode/row-encoder.js';
import type { EncoderRequest } from './encoder-thread.js';

/** Answers the requests of an `EncoderThread`: those with rows, and those that end a file, with bytes. */
export function encodeInThread(port: MessagePort): void {
  let encoder: SyncRowEncoder;
  port.on('message', (request: EncoderRequest) => {
    if (request.kind === 'begin') encoder = createEncoder[request.format]();
    else port.postMessage(request.kind === 'add' ? encoder.add(request.rows) : encoder.end());
  });
}
