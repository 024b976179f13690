import { useState } from 'react';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { copyText } from '../../ui/copy-text.js';

interface OneTimeSecretProps {
  label: string;
  secret: string;
}

/** A secret that the service does not show again. */
export function OneTimeSecret({ label, secret }: OneTimeSecretProps) {
  const [status, setStatus] = useState('');
  const copy = () => {
    copyText(secret).then(
      () => setStatus(ADMIN_TEXTS.copied),
      () => setStatus(ADMIN_TEXTS.notCopied),
    );
  };
  return (
    <div className="notice one-time-secret" data-testid="one-time-secret">
      <label>
        {label}
        <input className="field" readOnly value={secret} onFocus={(event) => event.target.select()} />
      </label>
      <button type="button" className="button" onClick={copy}>
        {ADMIN_TEXTS.copy}
      </button>
      <p role="status">{status}</p>
    </div>
  );
}
