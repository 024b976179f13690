/** One way to write a time, so that equal times are equal strings. @throws RangeError when it is none */
export const iso = (time: string): string => new Date(time).toISOString();

export const isoOrNull = (time: string | null | undefined): string | null => (time ? iso(time) : null);

/** When the hour of a time began; the time as {@link iso} writes it. */
export const hourOf = (time: string): string => `${time.slice(0, 13)}:00:00.000Z`;
