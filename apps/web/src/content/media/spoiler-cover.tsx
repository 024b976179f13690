import { type ReactNode, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';

/** A block, such as an image, that is hidden until the reader reveals it. Its size does not change. */
export function SpoilerCover({ children }: { children: ReactNode }) {
  return useContent().static ? (
    <StaticCover>{children}</StaticCover>
  ) : (
    <InteractiveCover>{children}</InteractiveCover>
  );
}

/** Opens without a script. */
const StaticCover = ({ children }: { children: ReactNode }) => (
  <details className="spoiler-details">
    <summary>{CONTENT_TEXTS.spoiler.label}</summary>
    {children}
  </details>
);

function InteractiveCover({ children }: { children: ReactNode }) {
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
