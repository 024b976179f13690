import Sequencer from '@jest/test-sequencer';

const PROJECTS = ['e2e', 'integration', 'unit'];

/**
 * Whole systems first: what takes longest is not left to the end, where it would run alone. By itself jest knows no
 * more than how long a file is, until it has run once.
 */
export default class extends Sequencer {
  sort(tests) {
    const placeOf = ({ context }) => PROJECTS.indexOf(context.config.displayName?.name);
    return super.sort(tests).sort((a, b) => placeOf(a) - placeOf(b));
  }
}
