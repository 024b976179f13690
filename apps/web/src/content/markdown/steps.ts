/** Counts the characters that the parser examines, so that tests can check linear time without a clock. */
export interface Steps {
  count: number;
}

export const newSteps = (): Steps => ({ count: 0 });
