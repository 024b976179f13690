/** Whether media may be loaded, as the service writes it into the page (`MEDIA`). */
export const isMediaOn: boolean =
  document.querySelector<HTMLMetaElement>('meta[name="relay-media"]')?.content !== 'off';
