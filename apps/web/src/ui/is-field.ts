const SLIDER = 'input[type="range"]';
const FIELDS = 'input:not([type="range"], [type="checkbox"]), textarea, select, dialog';

/** Its keys do not include letters. */
export const isSlider = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches(SLIDER);

/** Whether letters belong to what has the focus. */
export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest(FIELDS) !== null;
