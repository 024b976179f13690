import type { WireChannel } from '@discord-relay/contracts';
import { MessagePane } from '../messages/message-pane.js';
import { MessageSkeleton } from '../messages/message-skeleton.js';
import type { OpenChannel } from '../messages/use-channel.js';
import type { LinkStatus } from '../relay/connection-status.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';

interface MiddleProps {
  link: LinkStatus;
  isDirectoryRead: boolean;
  channel: WireChannel | undefined;
  open: OpenChannel | null;
  onReconnect: () => void;
}

/** The messages, or a sentence about why there are none to show. */
export function Middle({ link, isDirectoryRead, channel, open, onReconnect }: MiddleProps) {
  if (link.state === 'refused') {
    return (
      <PaneState title="The connection was refused" detail={asSentence(link.reason ?? '')}>
        <button type="button" className="button" onClick={onReconnect}>
          Try again
        </button>
      </PaneState>
    );
  }
  if (!isDirectoryRead && !open) return <MessageSkeleton />;
  if (!open) {
    return (
      <PaneState
        title="No channel to show"
        detail="As soon as there is a channel you may read, it opens here."
      />
    );
  }
  if (isDirectoryRead && !channel && !open.view.refusal) {
    return (
      <PaneState title="This channel is gone" detail="It was deleted, or you may not see it any more." />
    );
  }
  return <MessagePane key={open.channelId} open={open} channelName={channel?.name ?? 'this channel'} />;
}
