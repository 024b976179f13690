import { EVENT_VERSIONS, type EventType } from './event-data.js';
import type { JsonObject, JsonValue } from './json.js';

/** Makes data of one version data of the next. Pure and total: a log may hold anything. */
export type Upcaster = (data: JsonObject) => JsonObject;

/** The versions before `Version`, as a union: 1 and so on. */
type PastVersions<
  Version extends number,
  Counted extends unknown[] = [unknown],
> = Counted['length'] extends Version
  ? never
  : Counted['length'] | PastVersions<Version, [...Counted, unknown]>;

/** A step for each past version of each type that has one: a version that is raised without it does not compile. */
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
  // An absent key says "unchanged" in every version: nothing to add to what is there.
  'message.updated': { 1: (data) => ({ ...data, ...typedReference(data) }) },
};

/** Before forwards were told apart, every reference was an answer's. */
function typedReference({ reference }: JsonObject): JsonObject {
  return isObject(reference) ? { reference: { type: 'default', ...reference } } : {};
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STEPS: Partial<Record<EventType, Partial<Record<number, Upcaster>>>> = UPCASTERS;

/** Data of today's version from data that was written as `version`, a past one or today's. */
export function upcast(type: EventType, version: number, data: JsonObject): JsonObject {
  let lifted = data;
  for (let each = version; each < EVENT_VERSIONS[type]; each++) lifted = STEPS[type]![each]!(lifted);
  return lifted;
}
