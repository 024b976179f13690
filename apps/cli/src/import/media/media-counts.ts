/** What became of the files of attachments. */
export interface MediaCounts {
  kept: number;
  /** Size of the kept files together. */
  keptBytes: number;
  /** Kept by an earlier run. */
  keptBefore: number;
  /** The export has only the address. */
  remote: number;
  /** The file is not where the export says. */
  missing: number;
  /** The path leads to something that is no file in the folder of the media. */
  refused: number;
  /** The file is larger than allowed. */
  tooLarge: number;
}

export const noMedia = (): MediaCounts => ({
  kept: 0,
  keptBytes: 0,
  keptBefore: 0,
  remote: 0,
  missing: 0,
  refused: 0,
  tooLarge: 0,
});
