import { adminCases } from './page/admin.cases.js';
import { describePage } from './page/describe-page.js';
import { keyboardReadingCases } from './page/keyboard-reading.cases.js';
import { keyboardViewCases } from './page/keyboard-views.cases.js';
import { keyboardCases } from './page/keyboard.cases.js';
import { queueCases } from './page/queue.cases.js';
import { statisticsCases } from './page/statistics.cases.js';
import { timeMachineCases } from './page/time-machine.cases.js';

describePage('the page with only the keyboard', (context) => {
  keyboardCases(context);

  keyboardReadingCases(context);

  keyboardViewCases(context);

  queueCases(context);

  statisticsCases(context);

  timeMachineCases(context);

  adminCases(context);
});
