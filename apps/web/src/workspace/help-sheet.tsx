import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { Dialog } from '../ui/dialog.js';

const { help: TEXTS } = FRAME_TEXTS;

export default function HelpSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={TEXTS.title} testId="help-sheet" onClose={onClose}>
      <h2>{TEXTS.title}</h2>
      <dl className="keys">
        {TEXTS.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={onClose}>
        {TEXTS.close}
      </button>
    </Dialog>
  );
}
