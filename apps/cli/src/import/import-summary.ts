import type { FileCounts } from './import-counts.js';
import type { ImportOutcome } from './run-import.js';

const SKIPPED = {
  observed: 'already recorded from Discord',
  imported_before: 'already imported',
  thread_starter: 'at the beginning of a thread, of another channel',
  impossible_time: 'of the future',
  too_large: 'too large for the log',
  unreadable: 'unreadable',
} as const;

const LEFT_OUT = {
  reactionsWithoutUsers: 'reactions, because the export does not name the users',
  forwardedCopies: 'copies of forwarded messages, of which the reference is kept',
  interactions: 'commands that messages answer',
  unknownTypes: 'types of messages that are not known',
  unreadableParts: 'parts that were unreadable or too long',
} as const;

const NOT_KEPT = {
  remote: 'of which the export has only the address',
  missing: 'that are not where the export says',
  refused: 'outside the folder of the media',
  tooLarge: 'larger than MEDIA_MAX_FILE_BYTES',
} as const;

/** What an import did, in words. */
export function formatImport({ paused, files }: ImportOutcome, dryRun: boolean): string {
  const all = files.map(({ counts }) => counts);
  const total = (of: (counts: FileCounts) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  const verb = dryRun ? 'would be imported' : 'imported';
  const lines = [
    `${number(total((each) => each.imported))} of ${number(total((each) => each.messages))} messages ${verb}`,
  ];
  for (const [reason, words] of entries(SKIPPED)) {
    const count = total((each) => each.skipped[reason] ?? 0);
    if (count > 0) lines.push(`skipped: ${number(count)} ${words}`);
  }
  for (const [part, words] of entries(LEFT_OUT)) {
    const count = total((each) => each.leftOut[part]);
    if (count > 0) lines.push(`left out: ${number(count)} ${words}`);
  }
  lines.push(...mediaLines(total, dryRun));
  for (const { path, counts } of files) for (const note of counts.notes) lines.push(`${path}: ${note}`);
  if (paused) lines.push('paused: repeat the command to continue');
  return lines.join('\n');
}

function mediaLines(total: (of: (counts: FileCounts) => number) => number, dryRun: boolean): string[] {
  const [kept, bytes, before] = (['kept', 'keptBytes', 'keptBefore'] as const).map((key) =>
    total(({ media }) => media[key]),
  ) as [number, number, number];
  const lines: string[] = [];
  if (kept > 0)
    lines.push(`files ${dryRun ? 'that would be kept' : 'kept'}: ${number(kept)} (${number(bytes)} bytes)`);
  if (before > 0) lines.push(`files kept before: ${number(before)}`);
  for (const [reason, words] of entries(NOT_KEPT)) {
    const count = total(({ media }) => media[reason]);
    if (count > 0) lines.push(`files not kept: ${number(count)} ${words}`);
  }
  return lines;
}

const entries = <T extends object>(object: T) => Object.entries(object) as [keyof T, string][];

const number = (value: number): string => value.toLocaleString('en-US');
