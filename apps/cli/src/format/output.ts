export interface Output {
  out: (text: string) => void;
  /** Sets the exit code of the process. */
  fail: () => void;
  /** Prints how far a long command is; absent: nowhere. */
  progress?: (line: string) => void;
}
