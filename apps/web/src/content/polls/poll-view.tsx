import type { PollState } from '@discord-relay/contracts';
import { useId } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { directionOf } from '../../ui/bidi.js';
import { Name } from '../../ui/name.js';
import { useContent } from '../context/content-context.js';
import { EmojiView } from '../reactions/emoji-view.js';
import { RelativeTime } from '../markdown-view/timestamp.js';
import { useNow } from '../markdown-view/use-now.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';
import { isPollClosed, type TalliedAnswer, tallyPoll } from './poll-tally.js';

/** A poll with its current votes. */
export function PollView({ poll }: { poll: PollState }) {
  const { answers, total } = tallyPoll(poll);
  const questionId = useId();
  const question = poll.question ?? CONTENT_TEXTS.poll.noQuestion;
  return (
    <div className="poll" role="group" aria-labelledby={questionId}>
      <div className="poll-question" id={questionId} dir={directionOf(question)}>
        <Name of={question} />
      </div>
      <div className="poll-hint">{poll.multiselect ? CONTENT_TEXTS.poll.many : CONTENT_TEXTS.poll.one}</div>
      <ul className="poll-answers">
        {answers.map((answer) => (
          <Answer key={answer.id} answer={answer} />
        ))}
      </ul>
      <div className="poll-hint">
        {total === null ? CONTENT_TEXTS.poll.unknownVotes : CONTENT_TEXTS.poll.votes(total)}
        {' · '}
        <PollEnd poll={poll} />
      </div>
    </div>
  );
}

function Answer({ answer: { text, emoji, count, percent, leads } }: { answer: TalliedAnswer }) {
  return (
    <li className={leads ? 'poll-answer poll-answer-leads' : 'poll-answer'}>
      <Bar percent={percent} />
      <span className="poll-answer-text" dir={directionOf(text)}>
        {emoji !== null && <EmojiView emoji={emoji} />} <Name of={text} />
      </span>
      {count !== null && <span className="poll-count">{CONTENT_TEXTS.poll.count(count, percent)}</span>}
    </li>
  );
}

/** The policy of a static file allows no `style` attributes: static-styles.ts has a rule for each width. */
const Bar = ({ percent }: { percent: number }) =>
  useContent().static ? (
    <span className="poll-bar" data-percent={percent} aria-hidden="true" />
  ) : (
    <span className="poll-bar" style={{ width: `${percent}%` }} aria-hidden="true" />
  );

function PollEnd({ poll }: { poll: PollState }) {
  const reader = useContent();
  const nowMs = useNow();
  // In a static file, its time tells whether it is over.
  if (isPollClosed(poll, reader.static ? 0 : nowMs)) return CONTENT_TEXTS.poll.closed;
  const endMs = Date.parse(poll.expiresAt ?? '');
  if (Number.isNaN(endMs)) return CONTENT_TEXTS.poll.open;
  const end = new Date(endMs);
  return (
    <time dateTime={end.toISOString()} title={formatTimestamp(end, 'F', reader)}>
      {CONTENT_TEXTS.poll.ends} <RelativeTime date={end} />
    </time>
  );
}
