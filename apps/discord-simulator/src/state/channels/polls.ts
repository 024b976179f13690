import { MessageType, type APIEmbed } from 'discord-api-types/v10';
import type { MessageRecord, PollAnswerRecord, PollRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

/** An answer of a poll and the user who votes for it. */
export interface Vote {
  channelId: Snowflake;
  messageId: Snowflake;
  answerId: number;
  userId: Snowflake;
}

/** The polls of messages; they are part of the message's record and are deleted with it. */
export class Polls {
  constructor(private readonly world: WorldContext) {}

  /** Votes; without multiple choice, a vote for another answer is removed first. @returns whether it is new. */
  vote(vote: Vote): boolean {
    this.world.user(vote.userId);
    const { poll } = this.openPoll(vote);
    if (answerOf(poll, vote.answerId).voterIds.includes(vote.userId)) return false;
    if (!poll.multiselect)
      for (const { id, voterIds } of poll.answers)
        if (voterIds.includes(vote.userId)) this.unvote({ ...vote, answerId: id });
    this.put('poll.vote_added', vote, (voterIds) => [...voterIds, vote.userId]);
    return true;
  }

  /** @returns whether the user had voted for the answer. */
  unvote(vote: Vote): boolean {
    const { poll } = this.openPoll(vote);
    if (!answerOf(poll, vote.answerId).voterIds.includes(vote.userId)) return false;
    this.put('poll.vote_removed', vote, (voterIds) => voterIds.filter((id) => id !== vote.userId));
    return true;
  }

  /** Ends a poll: its message is updated with the final votes, and a system message announces the result. */
  end(channelId: Snowflake, messageId: Snowflake): MessageRecord {
    const channel = this.world.openTextChannel(channelId);
    const { message, poll } = this.openPoll({ channelId, messageId });
    const expiresAtMs = Math.floor(this.world.nowMs());
    const ended = { ...message, poll: { ...poll, expiresAtMs, finalized: true } };
    this.world.history(channelId).put(ended);
    this.world.emit({ kind: 'message.updated', message: ended, channel });
    this.world.createMessage(channelId, {
      authorId: message.authorId,
      content: '',
      embeds: [resultEmbed(poll)],
      system: { type: MessageType.PollResult, reference: { channelId, messageId } },
    });
    return ended;
  }

  private put(
    kind: 'poll.vote_added' | 'poll.vote_removed',
    { channelId, messageId, answerId, userId }: Vote,
    next: (voterIds: Snowflake[]) => Snowflake[],
  ): void {
    const channel = this.world.openTextChannel(channelId);
    const { message, poll } = this.openPoll({ channelId, messageId });
    const answers = poll.answers.map((each) =>
      each.id === answerId ? { ...each, voterIds: next(each.voterIds) } : each,
    );
    const changed = { ...message, poll: { ...poll, answers } };
    this.world.history(channelId).put(changed);
    this.world.emit({ kind, message: changed, channel, userId, answerId });
  }

  private openPoll({ channelId, messageId }: Pick<Vote, 'channelId' | 'messageId'>) {
    const message = this.world.message(channelId, messageId);
    const { poll } = message;
    if (!poll) throw new WorldError('NO_POLL', `message ${messageId} has no poll`);
    if (poll.finalized || this.world.nowMs() >= poll.expiresAtMs)
      throw new WorldError('POLL_ENDED', `the poll of message ${messageId} has ended`);
    return { message, poll };
  }
}

/** @throws WorldError UNKNOWN_ANSWER */
export function answerOf(poll: PollRecord, answerId: number): PollAnswerRecord {
  const answer = poll.answers.find(({ id }) => id === answerId);
  if (answer) return answer;
  throw new WorldError('UNKNOWN_ANSWER', `the poll has no answer ${answerId}`);
}

/** The result as Discord puts it into the system message: without a single winner it names none. */
function resultEmbed({ question, answers }: PollRecord): APIEmbed {
  const votes = answers.map(({ voterIds }) => voterIds.length);
  const most = Math.max(...votes);
  const [winner, ...others] = answers.filter(({ voterIds }) => voterIds.length === most);
  const fields = {
    poll_question_text: question,
    victor_answer_votes: String(most),
    total_votes: String(votes.reduce((sum, each) => sum + each, 0)),
    ...(winner && most > 0 && others.length === 0
      ? { victor_answer_id: String(winner.id), victor_answer_text: winner.text }
      : {}),
  };
  return {
    type: 'poll_result',
    fields: Object.entries(fields).map(([name, value]) => ({ name, value, inline: false })),
  } as unknown as APIEmbed;
}
