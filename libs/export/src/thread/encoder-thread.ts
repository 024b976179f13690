import { Worker } from 'node:worker_threads';
import { createEncoder } from '../encode/encoder.js';
import type { ExportedRow, RowEncoder } from '../encode/row-encoder.js';
import type { RowFormat } from '../request.js';

/** What an {@link EncoderThread} asks its thread: to begin a file, to encode rows of it, or to end it. */
export type EncoderRequest =
  { kind: 'begin'; format: RowFormat } | { kind: 'add'; rows: readonly ExportedRow[] } | { kind: 'end' };

/** Their encoders work on a group of rows for longer than a page takes to arrive. */
const SLOW_FORMATS: ReadonlySet<RowFormat> = new Set(['parquet']);
/** Pages that are handed over before the one that is being encoded is complete; each is a few megabytes. */
const PAGES_AHEAD = 4;

interface Answer {
  resolve: (bytes: Uint8Array) => void;
  reject: (error: Error) => void;
}

/** Encodes rows in a thread of its own, so that pages are requested and received meanwhile. One file at a time. */
export class EncoderThread {
  private worker: Worker | undefined;
  private readonly awaited: Answer[] = [];
  private failure: Error | undefined;

  /** @param program path of the module that calls `encodeInThread` */
  constructor(private readonly program: string) {}

  /** An encoder for one file. Formats that need no thread are encoded in the caller's. */
  createEncoder(format: RowFormat): RowEncoder {
    if (!SLOW_FORMATS.has(format)) return createEncoder[format]();
    this.post({ kind: 'begin', format });
    return new RemoteEncoder((request) => this.request(request));
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private request(request: EncoderRequest): Promise<Uint8Array> {
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      if (this.failure) reject(this.failure);
      else this.awaited.push({ resolve, reject });
    });
    // Its failure is handled when it is awaited.
    answer.catch(() => undefined);
    this.post(request);
    return answer;
  }

  private post(request: EncoderRequest): void {
    this.worker ??= this.start();
    this.worker.postMessage(request);
  }

  private start(): Worker {
    const worker = new Worker(this.program, { env: {}, execArgv: [] });
    worker.on('message', (bytes: Uint8Array) => this.awaited.shift()!.resolve(bytes));
    worker.once('error', (error) => this.fail(error));
    worker.once('exit', () => this.fail(new Error('the thread of the encoder ended')));
    return worker;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.awaited.splice(0)) reject(this.failure);
  }
}

class RemoteEncoder implements RowEncoder {
  /** The oldest first. */
  private readonly answers: Promise<Uint8Array>[] = [];

  constructor(private readonly request: (request: EncoderRequest) => Promise<Uint8Array>) {}

  add(rows: readonly ExportedRow[]): Promise<Uint8Array> {
    this.answers.push(this.request({ kind: 'add', rows }));
    return this.bytesUntil(PAGES_AHEAD);
  }

  end(): Promise<Uint8Array> {
    this.answers.push(this.request({ kind: 'end' }));
    return this.bytesUntil(0);
  }

  /** Waits until at most `left` answers are missing. */
  private async bytesUntil(left: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    while (this.answers.length > left) chunks.push(await this.answers.shift()!);
    return Buffer.concat(chunks);
  }
}
