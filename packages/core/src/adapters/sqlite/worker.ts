import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import type { FromWorker, Request, ToWorker, WorkerOptions } from './protocol.ts';
import { createServer, failureOf } from './server.ts';

// Runs in a thread of its own: SQLite waits for the disk, and the event loop of the host must not.

const port = parentPort as MessagePort;
const send = (message: FromWorker): void => port.postMessage(message);

const serve = (): void => {
  const server = createServer({
    ...(workerData as WorkerOptions),
    onRewrite: (progress) => send({ kind: 'rewriting', progress }),
  });
  port.on('message', (first: ToWorker) => {
    const requests: Request[] = [];
    let closing = false;
    // All that has come in the meantime joins the batch.
    for (
      let message: ToWorker | undefined = first;
      message;
      message = receiveMessageOnPort(port)?.message as ToWorker | undefined
    ) {
      if (message.kind === 'close') closing = true;
      else requests.push(...message.requests);
    }
    if (requests.length > 0) send({ kind: 'replies', replies: server.handle(requests) });
    if (!closing) return;
    server.close();
    port.close();
  });
  send({ kind: 'ready' });
};

try {
  serve();
} catch (error) {
  send({ kind: 'broken', failure: failureOf(error) });
  port.close();
}
