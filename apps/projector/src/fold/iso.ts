/** One way to write a time, so that equal times are equal strings. @throws RangeError when it is none */
export const iso = (time: string): string => new Date(time).toISOString();
