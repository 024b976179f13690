import type { ReactNode } from 'react';
import type { RestState } from '../../relay/use-rest.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { asSentence } from '../../ui/as-sentence.js';

interface SectionProps<T> {
  title: string;
  testId: string;
  state: RestState<T>;
  children: (data: T) => ReactNode;
}

/** A part of the administration; one that fails does not hide the others. */
export function Section<T>({ title, testId, state, children }: SectionProps<T>) {
  return (
    <section data-testid={testId}>
      <h3>{title}</h3>
      {state.phase === 'loading' && <p className="muted">{VIEW_TEXTS.loading}</p>}
      {state.phase === 'failed' && (
        <p role="alert" className="notice notice-warn">
          {asSentence(state.error.message)}
        </p>
      )}
      {state.phase === 'ready' && children(state.data)}
    </section>
  );
}
