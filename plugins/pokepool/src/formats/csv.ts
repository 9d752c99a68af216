/** A field by RFC 4180, in quotes where it must be or has white space. Nothing else is changed: credentials go out byte for byte. */
export const csvField = (text: string): string => (/[",\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
