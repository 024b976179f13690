/** Copies a text. Rejects where the browser forbids it, and where it has no clipboard: on a page without https. */
export const copyText = async (text: string): Promise<void> => navigator.clipboard.writeText(text);
