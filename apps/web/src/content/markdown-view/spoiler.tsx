import { type ReactNode, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';

/**
 * Text that is hidden until the reader reveals it. The button is for keyboards and screen readers; a pointer may click the text
 * anywhere.
 */
export function Spoiler({ children }: { children: ReactNode }) {
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
