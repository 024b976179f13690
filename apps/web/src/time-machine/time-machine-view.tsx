import { type ContextType, type ReactNode, useMemo, useSyncExternalStore } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { WireChannel } from '@discord-relay/contracts';
import { ContentContext, useContent } from '../content/context/content-context.js';
import { MessagePane } from '../messages/message-pane.js';
import type { ReadMarks } from '../messages/model/read-marks.js';
import type { ChannelStore } from '../messages/model/channel-store.js';
import { useFeed } from '../messages/model/use-channel.js';
import { usePlace } from '../routes/use-place.js';
import '../styles/time-machine.css';
import { TIME_MACHINE_TEXTS as TEXTS } from '../texts/time-machine-texts.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';
import type { MachineState } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';
import { PastBanner } from './past-banner.js';
import { Player } from './player.js';
import { useAddress } from './use-address.js';
import { usePassedGaps } from './use-passed-gaps.js';
import { useTimeMachine } from './use-time-machine.js';

interface TimeMachineViewProps {
  client: RelayClient;
  channel: WireChannel;
  /** The time in the address: ISO 8601, or relative to now. */
  at: string;
  marks: ReadMarks;
  onFailure: (error: RelayError) => void;
}

/** A channel as it was: the same list as live, fed by a replay, with controls for time. */
export default function TimeMachineView({ client, channel, at, marks, onFailure }: TimeMachineViewProps) {
  const machine = useTimeMachine(client, channel, at);
  const state = useSyncExternalStore(machine.subscribe, machine.getState);
  const store = useFeed(machine.feed, channel.id, onFailure);
  useAddress(machine, state, channel.id, at);
  return (
    <section
      className="time-machine"
      aria-label={TEXTS.title}
      data-testid="time-machine"
      data-phase={state.phase}
      aria-busy={state.phase === 'opening'}
    >
      <PastBanner machine={machine} channelId={channel.id} />
      <Player client={client} channelId={channel.id} machine={machine} state={state} />
      {state.phase === 'failed' && state.error ? (
        <Failure error={state.error} onRetry={() => machine.retry()} />
      ) : (
        store && <PastMessages {...{ client, channel, machine, state, store, marks }} />
      )}
    </section>
  );
}

function Failure({ error, onRetry }: { error: RelayError; onRetry: () => void }) {
  const detail = error.code === 'REPLAY.TOO_MANY' ? TEXTS.tooMany : asSentence(error.message);
  return (
    <PaneState title={TEXTS.failed} detail={detail} testId="time-machine-failed">
      <button type="button" className="button" onClick={onRetry}>
        {TEXTS.tryAgain}
      </button>
    </PaneState>
  );
}

interface PastMessagesProps extends Pick<TimeMachineViewProps, 'client' | 'channel' | 'marks'> {
  machine: TimeMachine;
  state: MachineState;
  store: ChannelStore;
}

function PastMessages({ client, channel, machine, state, store, marks }: PastMessagesProps) {
  const [, goTo] = usePlace();
  const gaps = usePassedGaps(machine, state.gaps);
  const { skips, visit, isForbidden } = state;
  const past = useMemo(
    () => ({ gaps, skips, visit, rest: machine.feed.pastRest() }),
    [gaps, skips, visit, machine],
  );
  const pastMarks = useMemo(() => withoutReading(marks), [marks]);
  return (
    <PastContent>
      <MessagePane
        store={store}
        channelName={channel.name}
        client={client}
        marks={pastMarks}
        past={past}
        empty={isForbidden ? TEXTS.forbidden : TEXTS.empty}
        onDay={(day) => goTo({ view: 'channel', channelId: channel.id, day })}
        onMessage={(messageId) => goTo({ view: 'channel', channelId: channel.id, messageId })}
        onNewest={() => undefined}
      />
    </PastContent>
  );
}

/** What is seen in the past does not count as read; a message can be marked as unread. */
const withoutReading = (marks: ReadMarks): Pick<ReadMarks, 'of' | 'advance' | 'rewind'> => ({
  of: () => null,
  advance: () => undefined,
  rewind: (channelId, messageId) => marks.rewind(channelId, messageId),
});

/** Offers neither the users who reacted nor later versions of a text: the server answers these for the present only. */
function PastContent({ children }: { children: ReactNode }) {
  const now = useContent();
  const then = useMemo((): ContextType<typeof ContentContext> => {
    const { reactors: _, revisions: __, ...rest } = now;
    return rest;
  }, [now]);
  return <ContentContext value={then}>{children}</ContentContext>;
}
