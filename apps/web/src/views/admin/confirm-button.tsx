import { useRef, useState } from 'react';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';

interface ConfirmButtonProps {
  label: string;
  question: string;
  onConfirm: () => void;
}

/** A button with a confirmation, for actions that cannot be undone. */
export function ConfirmButton({ label, question, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setAsking(false);
    // The focus returns to where it was.
    requestAnimationFrame(() => button.current?.focus());
  };
  if (!isAsking)
    return (
      <button ref={button} type="button" className="button button-quiet" onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  return (
    <span
      className="confirm"
      role="group"
      aria-label={question}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <span>{question}</span>
      <button
        type="button"
        className="button button-danger"
        onClick={() => {
          close();
          onConfirm();
        }}
      >
        {label}
      </button>
      <button type="button" className="button" autoFocus onClick={close}>
        {ADMIN_TEXTS.cancel}
      </button>
    </span>
  );
}
