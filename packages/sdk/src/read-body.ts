/**
 * The whole body of a request; undefined as soon as it is longer than `limit` bytes. The rest is left unread, not cancelled: that would cut
 * the connection, and the answer with it.
 */
export async function readBody(request: Request, limit: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body?.values({ preventCancel: true }) ?? []) {
    size += piece.byteLength;
    if (size > limit) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
