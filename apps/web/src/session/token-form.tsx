import { type SubmitEvent, useState } from 'react';
import { pastedToken } from './pasted-token.js';

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
      <label htmlFor="token">Or paste a token</label>
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
          Sign in
        </button>
      </div>
      <p id="token-hint" className={isUnreadable ? 'hint hint-warn' : 'hint'} aria-live="polite">
        {isUnreadable ? (
          'This is not a token: it should be three parts joined by dots, or begin with relay_.'
        ) : (
          <>
            An operator creates one with <code>relay token create</code>. It is forgotten when this tab
            closes.
          </>
        )}
      </p>
    </form>
  );
}
