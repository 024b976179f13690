import type { PollState } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { withoutBidiControls } from '../../ui/bidi.js';
import { isPollClosed, tallyPoll } from './poll-tally.js';

interface MayHavePoll {
  id: string;
  poll?: PollState;
}

export interface PollEnds {
  /** Ids of the messages whose polls are open. */
  openIds: ReadonlySet<string>;
  /** The polls that were open and are not any more. */
  ended: readonly PollState[];
}

/** Compares the polls of a list with those that were open before; one that was never seen open does not count as ended. */
export function pollEnds(
  messages: readonly MayHavePoll[],
  before: ReadonlySet<string>,
  nowMs: number,
): PollEnds {
  const openIds = new Set<string>();
  const ended: PollState[] = [];
  for (const { id, poll } of messages) {
    if (!poll) continue;
    if (!isPollClosed(poll, nowMs)) openIds.add(id);
    else if (before.has(id)) ended.push(poll);
  }
  return { openIds, ended };
}

/** The end of a poll in words, with the answers that most users chose. */
export function pollEndText(poll: PollState): string {
  const { ended, mostVotes, noQuestion } = CONTENT_TEXTS.poll;
  const sentence = ended(withoutBidiControls(poll.question ?? noQuestion));
  const leaders = tallyPoll(poll)
    .answers.filter(({ leads }) => leads)
    .map(({ text, emoji }) => withoutBidiControls(text || (emoji?.name ?? '')));
  return leaders.length === 0 ? sentence : `${sentence} ${mostVotes(leaders)}`;
}
