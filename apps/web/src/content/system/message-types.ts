/** Plain messages, answers, and command responses: these show their content. */
export const SPOKEN_TYPES: ReadonlySet<number> = new Set([0, 19, 20, 23]);

/** Whether it is a system message, not written by its author. */
export const isNotice = ({ type = 0 }: { type?: number }): boolean => !SPOKEN_TYPES.has(type);
