// Strings with a format, which JSON Schemas made from these types name. Numbers in contracts are whole.

/**
 * A time in ISO 8601.
 * @format date-time
 */
export type IsoTime = string;

/** @format uuid */
export type Uuid = string;

/** @format uri */
export type Uri = string;

/**
 * An id as a decimal string: an unparsed id of Discord, or the id of a row.
 * @pattern ^\d{1,20}$
 */
export type DecimalId = string;

/**
 * A cursor as a decimal string.
 * @pattern ^\d{1,16}$
 */
export type Cursor = string;

/**
 * A memory size, such as `45MB`.
 * @pattern ^\d+MB$
 */
export type Megabytes = string;

/** Stream sequence: a cursor. */
export type Seq = number;
