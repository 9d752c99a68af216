/** More than any message of the host; a longer line means that something else is talking. */
const LONGEST = 64 * 1024 * 1024;

/** The values of an NDJSON body. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', from)) {
      if (end > from) yield JSON.parse(rest.slice(from, end));
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > LONGEST) throw new Error('a line of the answer is too long');
  }
  if (rest.trim() !== '') yield JSON.parse(rest);
}
