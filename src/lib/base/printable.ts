/** A text that others have written, on one line and without what could steer a terminal. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
