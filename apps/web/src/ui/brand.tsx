import { FRAME_TEXTS } from '../texts/frame-texts.js';

/** The product's mark and name. */
export function Brand() {
  return (
    <span className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" />
        <path d="M7 16h4M14.5 10.5a8 8 0 0 1 0 11M19.5 7.5a13 13 0 0 1 0 17" />
      </svg>
      {FRAME_TEXTS.brand}
    </span>
  );
}
