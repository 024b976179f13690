import { type ReactNode, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';

/** A block that the reader uncovers, such as a picture. It keeps its size. */
export function SpoilerCover({ children }: { children: ReactNode }) {
  const [isShown, show] = useState(false);
  return (
    <div className={isShown ? 'spoiler-cover spoiler-cover-shown' : 'spoiler-cover'}>
      <div className="spoiler-cover-content" inert={!isShown}>
        {children}
      </div>
      <button
        type="button"
        className="spoiler-cover-button"
        aria-expanded={isShown}
        onClick={() => show(!isShown)}
      >
        {isShown ? CONTENT_TEXTS.spoiler.hide : CONTENT_TEXTS.spoiler.show}
      </button>
    </div>
  );
}
