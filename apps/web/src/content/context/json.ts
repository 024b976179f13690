import type { JsonObject } from '@discord-relay/contracts';

/** Embeds and components come from any application, so no type in them is certain. */
type Unknown = JsonObject[string] | undefined;

const isObject = (value: Unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (from: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = from?.[key];
  return isObject(value) ? value : undefined;
};

export const objectsAt = (from: JsonObject | undefined, key: string): JsonObject[] => {
  const value = from?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

/** A non-empty text. */
export const textAt = (from: JsonObject | undefined, key: string): string | undefined => {
  const value = from?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const numberAt = (from: JsonObject | undefined, key: string): number | undefined => {
  const value = from?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

export const isTrueAt = (from: JsonObject | undefined, key: string): boolean => from?.[key] === true;
