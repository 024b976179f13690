import { type SubmitEvent, useState } from 'react';
import { SESSION_TEXTS } from '../texts/session-texts.js';
import { pastedToken } from './pasted-token.js';

const { token: TEXTS } = SESSION_TEXTS;

interface TokenFormProps {
  onToken: (token: string) => void;
}

export function TokenForm({ onToken }: TokenFormProps) {
  const [isUnreadable, setUnreadable] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = pastedToken(String(new FormData(event.currentTarget).get('token') ?? ''));
    setUnreadable(token === null);
    if (token !== null) onToken(token);
  };
  return (
    <form className="token-form" onSubmit={submit}>
      <label htmlFor="token">{TEXTS.label}</label>
      <div className="token-row">
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          aria-describedby="token-hint"
          aria-invalid={isUnreadable}
          onChange={() => setUnreadable(false)}
          data-testid="token-input"
        />
        <button type="submit" className="button" data-testid="token-login">
          {TEXTS.submit}
        </button>
      </div>
      <p id="token-hint" className={isUnreadable ? 'hint hint-warn' : 'hint'} aria-live="polite">
        {isUnreadable ? (
          TEXTS.unreadable
        ) : (
          <>
            {TEXTS.origin[0]} <code>{TEXTS.command}</code>
            {TEXTS.origin[1]}
          </>
        )}
      </p>
    </form>
  );
}
