import type { Transform } from 'node:stream';

/** Compresses the frames of one connection as one stream; each frame ends with a flush, so that it can be read at once. */
export class StreamCompressor {
  /** Characters that were given and have not left yet. */
  pendingBytes = 0;
  private parts: Buffer[] = [];

  /** @param flushKind the flush of the algorithm that ends a frame. */
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
      // Reading delivers to the listener what the stream still holds.
      while (this.stream.read() !== null) continue;
      const frame = Buffer.concat(this.parts);
      this.parts = [];
      this.pendingBytes -= text.length;
      emit(frame);
    });
  }

  /** Calls `done` after every frame that was asked for so far. */
  afterPending(done: () => void): void {
    this.stream.write('', () => done());
  }

  destroy(): void {
    this.stream.destroy();
  }
}
