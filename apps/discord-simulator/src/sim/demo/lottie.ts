const STILL = { a: 0 };
const still = (k: unknown) => ({ ...STILL, k });

/** From one side to the other and back, within 60 frames. */
const SWING = {
  a: 1,
  k: [-12, 12, -12].map((angle, index) => ({
    t: index * 30,
    s: [angle],
    i: { x: [0.5], y: [1] },
    o: { x: [0.5], y: [0] },
  })),
};

const OUTLINE = {
  ty: 'sh',
  ks: still({
    c: true,
    v: [
      [-60, 0],
      [60, -40],
      [10, 50],
      [0, 12],
    ],
    i: Array.from({ length: 4 }, () => [0, 0]),
    o: Array.from({ length: 4 }, () => [0, 0]),
  }),
};
const FILL = { ty: 'fl', c: still([0.18, 0.53, 0.67, 1]), o: still(100), r: 1 };
const PLACE = {
  ty: 'tr',
  p: still([0, 0]),
  a: still([0, 0]),
  s: still([100, 100]),
  r: still(0),
  o: still(100),
};
const FRAMES = { ip: 0, op: 60 };

/** A sticker as Lottie in base64: a paper plane that swings. */
export function planeSticker(): string {
  const layer = {
    ddd: 0,
    ind: 1,
    ty: 4,
    nm: 'plane',
    sr: 1,
    ks: { o: still(100), r: SWING, p: still([80, 80, 0]), a: still([0, 0, 0]), s: still([100, 100, 100]) },
    ao: 0,
    shapes: [{ ty: 'gr', it: [OUTLINE, FILL, PLACE] }],
    ...FRAMES,
    st: 0,
    bm: 0,
  };
  const size = { w: 160, h: 160 };
  const animation = {
    v: '5.7.0',
    fr: 30,
    ...FRAMES,
    ...size,
    nm: 'plane',
    ddd: 0,
    assets: [],
    layers: [layer],
  };
  return Buffer.from(JSON.stringify(animation)).toString('base64');
}
