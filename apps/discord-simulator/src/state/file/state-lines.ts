import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;

/** A complete line and the offset after its newline. */
export interface StateLine {
  text: string;
  endBytes: number;
}

/** The lines of a file. Text after the last newline was not completely written and is omitted. */
export async function* readLines(path: string): AsyncGenerator<StateLine> {
  let rest: Buffer = Buffer.alloc(0);
  let endBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE, start)) {
      endBytes += end + 1 - start;
      yield { text: rest.toString('utf8', start, end), endBytes };
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
