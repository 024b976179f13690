export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/**
 * The description of an entity in a dispatch. The keys `K` identify the entity; every other key is absent if the dispatch
 * did not contain it, or if it could not be read. Absent means "not known": the stored value remains.
 */
export type Described<T, K extends keyof T> = Pick<T, K> & Partial<Omit<T, K>>;
