import { Transform } from 'class-transformer';
import { registerDecorator } from 'class-validator';

/** Where a replay begins: after a cursor, or with what was committed at a time or later. */
export type ReplayStart = { cursor: number } | { time: Date };

const CURSOR = /^\d{1,15}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads a cursor, or a time in ISO 8601 with its zone; undefined when it is neither. */
export function parseReplayStart(text: unknown): ReplayStart | undefined {
  if (typeof text !== 'string') return undefined;
  if (CURSOR.test(text)) return { cursor: Number(text) };
  const time = new Date(text);
  return TIME.test(text) && !Number.isNaN(time.getTime()) ? { time } : undefined;
}

/** Of a DTO's text or number. */
export function IsReplayStart(): PropertyDecorator {
  const asText = Transform(({ value }: { value: unknown }) =>
    typeof value === 'number' ? String(value) : value,
  );
  return (target, property) => {
    asText(target, property);
    registerDecorator({
      name: 'isReplayStart',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => parseReplayStart(value) !== undefined,
        defaultMessage: () => `${String(property)} must be a cursor, or a time in ISO 8601 with its zone`,
      },
    });
  };
}
