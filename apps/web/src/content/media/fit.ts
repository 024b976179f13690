export interface Size {
  width: number;
  height: number;
}

/** The size within `bounds`, never enlarged; `bounds` if the size is unknown. Reserves the space before the image loads. */
export function fit(width: number | null | undefined, height: number | null | undefined, bounds: Size): Size {
  if (!width || !height || width < 0 || height < 0) return bounds;
  const scale = Math.min(1, bounds.width / width, bounds.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
