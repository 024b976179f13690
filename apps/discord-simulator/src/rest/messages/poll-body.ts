import { z } from 'zod';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import { epochMs } from '../../state/model/world-types.js';
import type { EmojiRecord, PollRecord } from '../../state/model/records.js';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;

const emoji = z
  .looseObject({
    id: snowflake.nullish(),
    name: z.string().max(32).nullish(),
    animated: z.boolean().nullish(),
  })
  .transform(({ id, name, animated }): EmojiRecord => ({
    id: id ?? null,
    name: name ?? null,
    animated: animated ?? false,
  }));
const answer = z.looseObject({
  poll_media: z.looseObject({ text: z.string().min(1).max(55), emoji: emoji.nullish() }),
});

/** The `poll` of Create Message. */
export const newPoll = z
  .looseObject({
    question: z.looseObject({ text: z.string().min(1).max(300) }),
    answers: z.array(answer).min(1).max(10),
    duration: z.int().min(1).max(768).nullish(),
    allow_multiselect: z.boolean().nullish(),
    layout_type: z.literal(1).nullish(),
  })
  .transform(({ question, answers, duration, allow_multiselect: multiselect }): PollRecord => ({
    question: question.text,
    answers: answers.map(({ poll_media: media }, index) => ({
      id: index + 1,
      text: media.text,
      emoji: media.emoji ?? null,
      voterIds: [],
    })),
    expiresAtMs: epochMs() + (duration ?? DEFAULT_HOURS) * HOUR_MS,
    multiselect: multiselect ?? false,
    finalized: false,
  }));
