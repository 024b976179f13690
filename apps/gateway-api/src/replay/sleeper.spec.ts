import { Sleeper } from './sleeper.js';

describe('a sleeper', () => {
  it('a sleeper sleeps no longer than the given time', async () => {
    const sleeper = new Sleeper();
    await sleeper.sleep(1);
    await sleeper.sleep(0);
  });

  it('a sleeper that is woken resolves at once, and a wake-up before the sleep is not lost', async () => {
    const sleeper = new Sleeper();
    const asleep = sleeper.sleep(Infinity);
    sleeper.wake();
    await asleep;
    sleeper.wake();
    await sleeper.sleep(Infinity);
    const again = sleeper.sleep(Infinity);
    sleeper.wake();
    await again;
  });
});
