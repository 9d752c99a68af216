import type { JSHandle, Page } from 'puppeteer';

// As the library's `downloadMedia`, which takes a file out of the page in one piece of text: here it stays in the page, and is
// taken out in pieces. Each function runs inside the page and may name nothing from outside itself.

interface PageGlobals {
  require: (name: string) => unknown;
  WWebJS: { arrayBufferToBase64Async(bytes: ArrayBuffer): Promise<string> };
}
interface MediaMessage {
  readonly mediaData?: { readonly mediaStage: string };
  readonly mimetype?: string;
  downloadMedia(how: { downloadEvenIfExpensive: boolean; rmrReason: number }): Promise<void>;
}

/** A file as the page has it, or does not have it yet. */
export interface PageFile {
  state: 'loading' | 'there' | 'gone' | 'failed';
  why: string;
  mime: string;
  bytes: number;
  data: ArrayBuffer | undefined;
}

/** Starts to load it, and does not wait: a large one takes longer than one call of the page may. */
export const loadFile = (page: Page, messageId: string): Promise<JSHandle<PageFile>> =>
  page.evaluateHandle((id) => {
    const file: PageFile = { state: 'loading', why: '', mime: '', bytes: 0, data: undefined };
    const load = async (): Promise<PageFile['state']> => {
      const { require } = window as unknown as PageGlobals;
      const { Msg } = require('WAWebCollections') as {
        Msg: {
          get(id: string): MediaMessage | undefined;
          getMessagesById(ids: string[]): Promise<{ messages?: MediaMessage[] }>;
        };
      };
      const message = Msg.get(id) ?? (await Msg.getMessagesById([id])).messages?.[0];
      // Being put on WhatsApp again by the phone.
      if (!message?.mediaData || message.mediaData.mediaStage === 'REUPLOADING') return 'gone';
      if (message.mediaData.mediaStage !== 'RESOLVED')
        await message.downloadMedia({ downloadEvenIfExpensive: true, rmrReason: 1 });
      const { mediaStage } = message.mediaData;
      if (mediaStage.includes('ERROR') || mediaStage === 'FETCHING') return 'gone';
      const { downloadManager } = require('WAWebDownloadManager') as {
        downloadManager: { downloadAndMaybeDecrypt(of: unknown): Promise<ArrayBuffer> };
      };
      const { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type } = message as unknown as Record<
        string,
        unknown
      >;
      const downloadQpl = {
        addAnnotations: () => downloadQpl,
        addPoint: () => downloadQpl,
      };
      const { signal } = new AbortController();
      const of = { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type, signal, downloadQpl };
      file.data = await downloadManager.downloadAndMaybeDecrypt(of);
      file.bytes = file.data.byteLength;
      file.mime = message.mimetype ?? '';
      return 'there';
    };
    load().then(
      (state) => (file.state = state),
      (error: unknown) => {
        file.state = (error as { status?: number } | null)?.status === 404 ? 'gone' : 'failed';
        file.why = String(error);
      },
    );
    return file;
  }, messageId);

export const fileState = (file: JSHandle<PageFile>): Promise<Omit<PageFile, 'data'>> =>
  file.evaluate(({ state, why, mime, bytes }) => ({ state, why, mime, bytes }));

/** Bytes `from` to `to`, as base64. */
export const filePiece = (file: JSHandle<PageFile>, from: number, to: number): Promise<string> =>
  file.evaluate(
    ({ data }, begin, end) =>
      (window as unknown as PageGlobals).WWebJS.arrayBufferToBase64Async((data ?? new ArrayBuffer(0)).slice(begin, end)),
    from,
    to,
  );
