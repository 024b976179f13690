import type { ReactNode } from 'react';

interface PaneStateProps {
  title: string;
  detail: string;
  children?: ReactNode;
  testId?: string;
}

/** What stands in the middle when there is no list to show: a sentence, a reason, a way on. */
export function PaneState({ title, detail, children, testId }: PaneStateProps) {
  return (
    <div className="pane-state" data-testid={testId}>
      <h2>{title}</h2>
      <p className="muted">{detail}</p>
      {children}
    </div>
  );
}
