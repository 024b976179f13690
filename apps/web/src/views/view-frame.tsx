import { Component, type ReactNode } from 'react';
import type { RelayError } from '@discord-relay/client';
import { VIEW_TEXTS } from '../texts/view-texts.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';

interface ViewFrameProps {
  testId: string;
  phase: 'loading' | 'ready' | 'failed';
  error: RelayError | null;
  again: () => void;
  children: ReactNode;
}

/** A scrolling view, or a sentence about why it is not shown. */
export function ViewFrame({ testId, phase, error, again, children }: ViewFrameProps) {
  if (phase === 'failed' && error) return <ViewFailure error={error} again={again} />;
  return (
    <div className="view" data-testid={testId} aria-busy={phase === 'loading'} tabIndex={-1}>
      {children}
      {phase === 'loading' && (
        <p className="muted" role="status">
          {VIEW_TEXTS.loading}
        </p>
      )}
    </div>
  );
}

export function ViewFailure({ error, again }: { error: RelayError; again: () => void }) {
  const { title, detail } = wordsOf(error);
  return (
    <PaneState title={title} detail={detail} testId="view-failed">
      <button type="button" className="button" onClick={again}>
        {VIEW_TEXTS.tryAgain}
      </button>
    </PaneState>
  );
}

function wordsOf({ code, message }: RelayError): { title: string; detail: string } {
  if (code === 'AUTH.FORBIDDEN') return VIEW_TEXTS.forbidden;
  if (code.endsWith('.NOT_FOUND')) return VIEW_TEXTS.notFound;
  if (code === 'CLIENT.DISCONNECTED') return VIEW_TEXTS.away;
  return { title: VIEW_TEXTS.failed, detail: asSentence(message) };
}

/** A lazily loaded part of the page may no longer exist, because the service was updated. */
export class ChunkBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    const { title, detail, reload } = VIEW_TEXTS.chunk;
    return (
      <PaneState title={title} detail={detail}>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {reload}
        </button>
      </PaneState>
    );
  }
}
