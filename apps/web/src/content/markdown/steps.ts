/** Counts characters that the parser looks at, so that tests can hold it to linear time without a clock. */
export interface Steps {
  count: number;
}

export const newSteps = (): Steps => ({ count: 0 });
