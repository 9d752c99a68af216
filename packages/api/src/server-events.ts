import { createParser } from 'eventsource-parser';

/** The data of each server-sent event, parsed. Comments (heartbeats) are passed over. */
export async function* readServerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let ready: string[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event.data) });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const batch = ready;
    ready = [];
    for (const data of batch) yield JSON.parse(data);
  }
}
