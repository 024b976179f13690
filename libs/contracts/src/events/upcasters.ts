import { EVENT_VERSIONS, type EventType } from './event-data.js';
import type { JsonObject, JsonValue } from './field-types.js';

/** Converts data of one version into data of the next. Pure and total, because a log may hold anything. */
export type Upcaster = (data: JsonObject) => JsonObject;

/** The versions before `Version`, as a union: 1 and so on. */
type PastVersions<
  Version extends number,
  Counted extends unknown[] = [unknown],
> = Counted['length'] extends Version
  ? never
  : Counted['length'] | PastVersions<Version, [...Counted, unknown]>;

/** One step for each past version of each type: a version that is incremented without its step does not compile. */
export type UpcastersFor<Versions extends Partial<Record<EventType, number>>> = {
  readonly [T in keyof Versions as [PastVersions<Versions[T] & number>] extends [never] ? never : T]: {
    readonly [V in PastVersions<Versions[T] & number>]: Upcaster;
  };
};

const UPCASTERS: UpcastersFor<typeof EVENT_VERSIONS> = {
  'message.created': {
    1: (data) => ({
      components: [],
      stickerItems: [],
      poll: null,
      mentions: { users: [], roles: [], channels: [], everyone: false },
      ...data,
      ...typedReference(data),
    }),
  },
  // An absent key means "unchanged" in every version, so nothing is added.
  'message.updated': { 1: (data) => ({ ...data, ...typedReference(data) }) },
};

/** Before references had a type, every reference belonged to a reply. */
function typedReference({ reference }: JsonObject): JsonObject {
  return isObject(reference) ? { reference: { type: 'default', ...reference } } : {};
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STEPS: Partial<Record<EventType, Partial<Record<number, Upcaster>>>> = UPCASTERS;

/** Converts data of `version`, a past version or the current one, into data of the current version. */
export function upcast(type: EventType, version: number, data: JsonObject): JsonObject {
  let upcasted = data;
  for (let each = version; each < EVENT_VERSIONS[type]; each++) upcasted = STEPS[type]![each]!(upcasted);
  return upcasted;
}
