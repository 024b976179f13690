import { PlaybackClock } from './playback-clock.js';

describe('the clock of a replay', () => {
  it('the clock of a replay moves as many times faster than real time as its speed says', () => {
    const clock = new PlaybackClock(1_000, 10, 0);
    expect(clock.at(5)).toBe(1_050);
    expect(clock.dueInMs(1_100, 5)).toBe(5);
    clock.setSpeed(100, 5);
    expect(clock.at(6)).toBe(1_150);
    expect(clock.dueInMs(1_050, 6)).toBe(-1);
  });

  it('the clock of a replay stands still until every hold is released', () => {
    const clock = new PlaybackClock(0, 2, 0);
    clock.hold('user', 10);
    clock.hold('client', 11);
    clock.release('user', 20);
    expect([clock.at(30), clock.dueInMs(25, 30), clock.isHeldBy('user')]).toEqual([20, Infinity, false]);
    clock.release('client', 40);
    expect([clock.at(45), clock.dueInMs(40, 45)]).toEqual([30, 5]);
  });

  it('the clock of a replay keeps its time when it is held twice or released without a hold', () => {
    const clock = new PlaybackClock(0, 1, 0);
    clock.hold('user', 10);
    clock.hold('user', 50);
    clock.release('client', 60);
    expect(clock.at(70)).toBe(10);
    clock.release('user', 70);
    expect(clock.at(75)).toBe(15);
  });

  it('the clock of a replay jumps in both directions, also while it is held', () => {
    const clock = new PlaybackClock(500, 1, 0);
    clock.jump(100, 10);
    expect(clock.at(11)).toBe(101);
    clock.hold('user', 20);
    clock.jump(900, 30);
    expect(clock.at(99)).toBe(900);
  });
});
