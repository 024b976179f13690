import { compareSnowflakes } from '@discord-relay/contracts';

/** Those of `messages` that are not in `before`, as the same objects; both ordered by id. */
export function newMessages<T extends { id: string }>(before: readonly T[], messages: readonly T[]): T[] {
  let next = 0;
  return messages.filter((message) => {
    // The usual case first.
    if (before[next] !== message)
      while (next < before.length && compareSnowflakes(before[next]!.id, message.id) < 0) next += 1;
    if (before[next] !== message) return true;
    next += 1;
    return false;
  });
}
