/** The bytes of canonical base64 (or base64url): anything else, as padding bits that are set, is undefined. */
export const fromBase64 = (text: string, encoding: 'base64' | 'base64url' = 'base64'): Buffer | undefined => {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
};
