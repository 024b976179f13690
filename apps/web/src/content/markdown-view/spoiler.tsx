import { type ReactNode, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';

/**
 * Text that is hidden until the reader reveals it. The button is for keyboards and screen readers; a pointer may click the text
 * anywhere.
 */
export function Spoiler({ children }: { children: ReactNode }) {
  return useContent().static ? (
    <StaticSpoiler>{children}</StaticSpoiler>
  ) : (
    <InteractiveSpoiler>{children}</InteractiveSpoiler>
  );
}

/** A check box reveals it without a script. */
const StaticSpoiler = ({ children }: { children: ReactNode }) => (
  <label className="spoiler">
    <input type="checkbox" className="spoiler-button" aria-label={CONTENT_TEXTS.spoiler.show} />
    <span className="spoiler-content">{children}</span>
  </label>
);

function InteractiveSpoiler({ children }: { children: ReactNode }) {
  const [isShown, show] = useState(false);
  return (
    <span className={isShown ? 'spoiler spoiler-shown' : 'spoiler'} onClick={() => show(true)}>
      <button
        type="button"
        className="spoiler-button"
        aria-expanded={isShown}
        onClick={(event) => {
          event.stopPropagation();
          show(!isShown);
        }}
      >
        <span className="visually-hidden">
          {isShown ? CONTENT_TEXTS.spoiler.hide : CONTENT_TEXTS.spoiler.show}
        </span>
      </button>
      <span className="spoiler-content" inert={!isShown}>
        {children}
      </span>
    </span>
  );
}
