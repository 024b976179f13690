interface Place {
  file: string;
  /** From 1; undefined: the error concerns the file as a whole. */
  line?: number | undefined;
}

/** A file that cannot be imported, or not further than a byte of it. */
export class ImportFileError extends Error {
  constructor(
    readonly reason: string,
    /** Bytes before the place; undefined: the file as a whole. */
    readonly at?: number,
    place?: Place,
  ) {
    super(place ? `${inWords(place, at)}: ${reason}` : reason);
  }
}

function inWords({ file, line }: Place, at: number | undefined): string {
  return at === undefined ? file : `${file}, line ${line}, byte ${at + 1}`;
}
