import { type ReactNode, type SubmitEvent, useState } from 'react';
import { OneTimeSecret } from './one-time-secret.js';
import { useAction } from './use-action.js';

interface CreateFormProps {
  /** Text of the summary and of the button. */
  label: string;
  secretLabel: string;
  testId: string;
  /** Sends the form. @returns the secret of what was created, which is shown once */
  create: (form: FormData) => Promise<string>;
  onCreated: () => void;
  /** The form's fields. */
  children: ReactNode;
}

/** A form, closed at first, that creates something with a secret. */
export function CreateForm({ label, secretLabel, testId, create, onCreated, children }: CreateFormProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const { status, run } = useAction();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    run(create(new FormData(form)), (created) => {
      setSecret(created);
      form.reset();
      onCreated();
    });
  };
  return (
    <details className="panel-form" data-testid={testId}>
      <summary>{label}</summary>
      <form onSubmit={submit}>
        {children}
        <button type="submit" className="button button-primary">
          {label}
        </button>
      </form>
      <p role="status">{status}</p>
      {secret !== null && <OneTimeSecret label={secretLabel} secret={secret} />}
    </details>
  );
}
