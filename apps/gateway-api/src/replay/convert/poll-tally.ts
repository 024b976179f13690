import type { EventDataByType, PollResults, PollState, Snowflake } from '@discord-relay/contracts';

/** Maximum number of polls whose votes a replay counts; the ones that were not seen for longest are forgotten. */
const MAX_POLLS = 500;

type Vote = EventDataByType['poll.vote_added'];

/** The polls of a replay, with the votes that they had at its time. */
export class PollTally {
  private readonly polls = new Map<Snowflake, PollState>();

  /** Keeps the poll of a message, and returns it. Without results of Discord, the counted votes stay. */
  remember(messageId: Snowflake, poll: PollState | null | undefined): PollState | undefined {
    if (!poll) return undefined;
    if (poll.results) this.keep(messageId, { ...poll, results: complete(poll.answers, poll.results) });
    else return this.keep(messageId, { ...poll, results: this.polls.get(messageId)?.results ?? null });
    return poll;
  }

  /** The poll after a vote; undefined: the poll is not known. */
  vote({ messageId, answerId }: Vote, added: boolean): PollState | undefined {
    const poll = this.polls.get(messageId);
    if (!poll) return undefined;
    const before = poll.results?.counts ?? [];
    const count = before.find((each) => each.answerId === answerId)?.count ?? 0;
    const others = before.filter((each) => each.answerId !== answerId);
    const counted = { answerId, count: Math.max(0, count + (added ? 1 : -1)) };
    const counts = [...others, counted].sort((a, b) => a.answerId - b.answerId);
    return this.keep(messageId, {
      ...poll,
      results: { finalized: poll.results?.finalized ?? false, counts },
    });
  }

  /** Forgets all polls. */
  clear(): void {
    this.polls.clear();
  }

  private keep(messageId: Snowflake, poll: PollState): PollState {
    this.polls.delete(messageId);
    this.polls.set(messageId, poll);
    if (this.polls.size > MAX_POLLS) this.polls.delete(this.polls.keys().next().value!);
    return poll;
  }
}

/** Discord omits answers without votes. */
function complete(answers: PollState['answers'], { finalized, counts }: PollResults): PollResults {
  const votes = new Map([
    ...answers.map(({ id }) => [id, 0] as const),
    ...counts.map(({ answerId, count }) => [answerId, count] as const),
  ]);
  const all = [...votes].map(([answerId, count]) => ({ answerId, count }));
  return { finalized, counts: all.sort((a, b) => a.answerId - b.answerId) };
}
