/**
 * What a dispatch says about a thing. The keys `K` identify the thing; every other key is absent if the dispatch did not have
 * it, or if it could not be read. Absent means "not known": the known value remains.
 */
export type Described<T, K extends keyof T> = Pick<T, K> & Partial<Omit<T, K>>;
