import { describePage } from './page/describe-page.js';
import { viewCases } from './page/view.cases.js';

describePage('the views of the page', viewCases);
