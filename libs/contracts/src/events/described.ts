/**
 * What Discord said of a thing: the keys `K` name the thing, every other key is absent where the dispatch did not have it
 * or it could not be read. Absent means "not known": what was known before stays.
 */
export type Described<T, K extends keyof T> = Pick<T, K> & Partial<Omit<T, K>>;
