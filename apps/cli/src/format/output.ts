export interface Output {
  out: (text: string) => void;
  /** Sets the exit code of the process. */
  fail: () => void;
}
