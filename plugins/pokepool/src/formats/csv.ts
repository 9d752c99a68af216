/** A field by RFC 4180: in quotes only where it must be. Nothing else is changed: credentials go out byte for byte. */
export const csvField = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
