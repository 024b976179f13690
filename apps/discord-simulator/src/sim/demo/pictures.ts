import { crc32, deflateSync } from 'node:zlib';

export const PICTURES = ['kite', 'harbour', 'night', 'chart'] as const;
export type PictureName = (typeof PICTURES)[number];

export const PICTURE_SIZE = { width: 640, height: 360 } as const;

type Colour = readonly [red: number, green: number, blue: number, alpha?: number];
/** The colour at a point; both coordinates are 0 to 1. */
type Painter = (x: number, y: number) => Colour;

const mix = (from: Colour, to: Colour, part: number): Colour => [
  from[0] + (to[0] - from[0]) * part,
  from[1] + (to[1] - from[1]) * part,
  from[2] + (to[2] - from[2]) * part,
];
const isInside = (x: number, y: number, [cx, cy, radius]: readonly [number, number, number]): boolean =>
  (x - cx) ** 2 + ((y - cy) * 0.5625) ** 2 < radius ** 2;
/** Whether the point is in a diamond around (cx, cy). */
const isInDiamond = (
  x: number,
  y: number,
  [cx, cy, w, h]: readonly [number, number, number, number],
): boolean => Math.abs(x - cx) / w + Math.abs(y - cy) / h < 1;

const kite: Painter = (x, y) => {
  if (isInDiamond(x, y, [0.62, 0.34, 0.09, 0.24])) {
    const isLeft = x < 0.62;
    const isUpper = y < 0.34;
    return isLeft === isUpper ? [222, 84, 62] : [250, 204, 92];
  }
  const tail = 0.62 - (y - 0.58) * 0.5 + Math.sin(y * 40) * 0.012;
  if (y > 0.58 && y < 0.92 && Math.abs(x - tail) < 0.004) return [70, 70, 90];
  if (y > 0.84 + Math.sin(x * 5) * 0.04) return mix([96, 153, 84], [58, 112, 66], (y - 0.8) * 5);
  const isCloud = isInside(x, y, [0.2, 0.24, 0.06]) || isInside(x, y, [0.27, 0.26, 0.05]);
  return isCloud ? [248, 250, 252] : mix([104, 176, 232], [206, 232, 246], y);
};

const harbour: Painter = (x, y) => {
  const isHull = y > 0.6 && y < 0.72 && Math.abs(x - 0.42) < 0.2 - (y - 0.6) * 0.5;
  if (isHull) return y < 0.64 ? [242, 236, 222] : [150, 48, 48];
  const isSail = y > 0.2 && y < 0.58 && x > 0.4 && x < 0.4 + (y - 0.2) * 0.42;
  if (isSail) return [250, 244, 228];
  if (y > 0.18 && y < 0.6 && Math.abs(x - 0.395) < 0.004) return [84, 62, 48];
  if (y > 0.66) return mix([44, 92, 124], [22, 50, 78], (y - 0.66) * 3 + Math.sin(x * 60 + y * 90) * 0.05);
  if (isInside(x, y, [0.78, 0.5, 0.08])) return [255, 226, 150];
  return mix([74, 90, 148], [250, 170, 112], y / 0.66);
};

const night: Painter = (x, y) => {
  if (y > 0.86 + Math.sin(x * 9) * 0.03) return [14, 20, 26];
  if (isInside(x, y, [0.3, 0.38, 0.018])) return [236, 246, 255];
  const along = (x - 0.3) * 0.5 - (y - 0.38) * 0.3;
  const across = Math.abs((x - 0.3) * 0.3 + (y - 0.38) * 0.5);
  const tail = along > 0 ? Math.max(0, 1 - along / 0.3) * Math.max(0, 1 - across / (0.01 + along * 0.1)) : 0;
  const isStar = (Math.floor(x * 160) * 7919 + Math.floor(y * 90) * 104_729) % 311 === 0;
  const sky = mix([12, 16, 44], [40, 44, 92], y);
  return isStar ? [226, 230, 246] : mix(sky, [190, 214, 250], tail);
};

const WINDS = [0.3, 0.42, 0.38, 0.56, 0.71, 0.64, 0.82, 0.55, 0.44, 0.36];
const chart: Painter = (x, y) => {
  const column = Math.floor((x - 0.06) / 0.09);
  const isInColumn = column >= 0 && (x - 0.06) % 0.09 < 0.06;
  const height = WINDS[column];
  if (height !== undefined && isInColumn && y < 0.9 && y > 0.9 - height * 0.85)
    return height > 0.7 ? [222, 84, 62] : [46, 134, 171];
  if (Math.abs(y - 0.9) < 0.004) return [90, 90, 90];
  const isLine = [0.28, 0.49, 0.69].some((at) => Math.abs(y - at) < 0.0022);
  return isLine ? [226, 222, 212] : [252, 250, 246];
};

const PAINTERS: Readonly<Record<PictureName, Painter>> = { kite, harbour, night, chart };

const drawn = new Map<PictureName, string>();

/** A picture as PNG in base64. */
export function picture(name: PictureName): string {
  const known = drawn.get(name);
  if (known !== undefined) return known;
  const data = png(PICTURE_SIZE, PAINTERS[name]).toString('base64');
  drawn.set(name, data);
  return data;
}

/** A sticker as PNG in base64: a kite on a transparent ground. */
export function kiteSticker(): string {
  const paint: Painter = (x, y) => {
    if (isInDiamond(x, y, [0.5, 0.4, 0.32, 0.38]))
      return x < 0.5 === y < 0.4 ? [222, 84, 62] : [250, 204, 92];
    const tail = 0.5 + Math.sin(y * 24) * 0.06;
    return y > 0.78 && Math.abs(x - tail) < 0.02 ? [46, 134, 171] : [0, 0, 0, 0];
  };
  return png({ width: 160, height: 160 }, paint).toString('base64');
}

function png({ width, height }: { width: number; height: number }, paint: Painter): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [red, green, blue, alpha = 255] = paint(column / width, row / height);
      rows.set([red, green, blue, alpha].map(Math.round), row * (1 + width * 4) + 1 + column * 4);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits for each of red, green, blue and alpha.
  header.set([8, 6], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
