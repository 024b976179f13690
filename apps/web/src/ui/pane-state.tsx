import type { ReactNode } from 'react';

interface PaneStateProps {
  title: string;
  detail: string;
  children?: ReactNode;
  testId?: string;
}

/** Shown when there is no list: a sentence, a reason, and an action. */
export function PaneState({ title, detail, children, testId }: PaneStateProps) {
  return (
    <div className="pane-state" data-testid={testId} tabIndex={-1}>
      <h2>{title}</h2>
      <p className="muted">{detail}</p>
      {children}
    </div>
  );
}
