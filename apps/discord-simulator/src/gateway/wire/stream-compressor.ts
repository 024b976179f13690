import type { Transform } from 'node:stream';

/**
 * Compresses the frames of one connection as one stream; each frame ends with a flush, so that the client can decode it at
 * once.
 */
export class StreamCompressor {
  /** Characters that were passed in and not emitted yet. */
  pendingBytes = 0;
  private parts: Buffer[] = [];

  /** @param flushKind the flush mode of the algorithm that ends a frame. */
  constructor(
    private readonly stream: Transform & { flush(kind: number, done: () => void): void },
    private readonly flushKind: number,
  ) {
    stream.on('data', (part: Buffer) => void this.parts.push(part));
  }

  /** Calls `emit` with the frame of a text, in the order of the calls. */
  compress(text: string, emit: (frame: Buffer) => void): void {
    this.pendingBytes += text.length;
    this.stream.write(text);
    this.stream.flush(this.flushKind, () => {
      // Reading passes the stream's remaining data to the listener.
      while (this.stream.read() !== null) continue;
      const frame = Buffer.concat(this.parts);
      this.parts = [];
      this.pendingBytes -= text.length;
      emit(frame);
    });
  }

  /** Calls `done` after all frames requested so far. */
  afterPending(done: () => void): void {
    this.stream.write('', () => done());
  }

  destroy(): void {
    this.stream.destroy();
  }
}
