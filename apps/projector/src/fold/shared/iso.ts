/** The format that {@link iso} writes, limited to days that every month has. */
const ISO_FORMAT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** The one format for times, so that equal times are equal strings. @throws RangeError when it is not a time */
export const iso = (time: string): string => (ISO_FORMAT.test(time) ? time : new Date(time).toISOString());

export const isoOrNull = (time: string | null | undefined): string | null => (time ? iso(time) : null);

/** undefined: the event does not mention the time. */
export const isoIfKnown = (time: string | null | undefined): string | null | undefined =>
  time === undefined ? undefined : isoOrNull(time);

/** The start of a time's hour; the time as {@link iso} writes it. */
export const hourOf = (time: string): string => `${time.slice(0, 13)}:00:00.000Z`;
