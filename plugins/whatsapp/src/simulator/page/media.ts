import type { Model, ServiceWord, StandIn } from './stand-in.ts';

/** The modules for files: what is sent is hashed, uploaded to the service, and named in the message. */
export function media(page: StandIn): Record<string, unknown> {
  class OpaqueData {
    readonly #blob: Blob;
    constructor(blob: Blob) {
      this.#blob = blob;
    }
    static async createFromData(blob: Blob): Promise<OpaqueData> {
      return new OpaqueData(blob);
    }
    get name(): string | undefined {
      return this.#blob instanceof File ? this.#blob.name : undefined;
    }
    get type(): string {
      return this.#blob.type;
    }
    bytes(): Promise<ArrayBuffer> {
      return this.#blob.arrayBuffer();
    }
    url(): string {
      return 'blob:stand-in';
    }
    formData(): Blob {
      return this.#blob;
    }
    autorelease(): this {
      return this;
    }
  }
  const base64 = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    return btoa(text);
  };
  const kinds = ['image', 'video', 'audio'];
  const objects = new Map<unknown, Model>();
  const prepare = async (data: OpaqueData, asDocument: boolean): Promise<Model> => {
    const bytes = new Uint8Array(await data.bytes());
    const filehash = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    const kind = kinds.find((one) => data.type.startsWith(`${one}/`));
    const type = asDocument || kind === undefined ? 'document' : kind;
    const prepared = page.createModel({ type, mimetype: data.type, filehash, filename: data.name, size: bytes.length });
    // What cannot leave the page as text is kept off the list of its attributes.
    Object.defineProperty(prepared, 'mediaBlob', { value: data, writable: true });
    Object.defineProperty(prepared, 'renderableUrl', { value: '', writable: true });
    return prepared;
  };
  const objectOf = (filehash: unknown): Model => {
    const known = objects.get(filehash);
    if (known) return known;
    const made = page.createModel({ filehash });
    Object.defineProperty(made, 'consolidate', { value: (attributes: Record<string, unknown>) => made.set(attributes) });
    objects.set(filehash, made);
    return made;
  };
  const files = new Map<unknown, OpaqueData>();
  Object.assign(page, {
    fileOf: ({ body, filehash, mimetype, filename, size }: ServiceWord) => ({
      body: '',
      caption: body === '' ? undefined : body,
      directPath: `/v/${String(filehash)}`,
      mediaKey: 'stand-in',
      mediaKeyTimestamp: 0,
      encFilehash: filehash,
      filehash,
      mimetype,
      filename,
      size,
    }),
    makeLoadable(message: Model) {
      const mediaData = page.createModel({ mediaStage: 'INIT' });
      Object.defineProperty(message, 'mediaData', { value: mediaData });
      Object.defineProperty(message, 'downloadMedia', { value: async () => mediaData.set('mediaStage', 'RESOLVED') });
    },
  });
  return {
    WAWebDownloadManager: {
      downloadManager: {
        async downloadAndMaybeDecrypt({ filehash }: { filehash: string }) {
          const answer = await page.request({ type: 'download', filehash });
          if (answer['gone'] === true) throw Object.assign(new Error('gone'), { status: 404 });
          return Uint8Array.from(atob(String(answer['bytes'])), (letter) => letter.charCodeAt(0)).buffer;
        },
      },
    },
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: {
      prepRawMedia: (data: OpaqueData, { asDocument }: { asDocument?: boolean }) => ({
        async waitForPrep() {
          const prepared = await prepare(data, asDocument === true);
          files.set(prepared['filehash'], data);
          return prepared;
        },
      }),
    },
    WAWebMediaStorage: { getOrCreateMediaObject: objectOf },
    WAWebMmsMediaTypes: { msgToMediaType: ({ type }: { type: string }) => type, castToV4: (type: string) => type },
    WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
    WAWebMediaMmsV4Upload: {
      async uploadMedia({ mediaObject, mimetype }: { mediaObject: Model; mimetype: string }) {
        const { filehash } = mediaObject;
        const bytes = new Uint8Array((await files.get(filehash)?.bytes()) ?? new ArrayBuffer(0));
        const answer = await page.request({ type: 'upload', filehash, mimetype, bytes: base64(bytes) });
        return { mediaEntry: { mmsUrl: answer['url'], directPath: answer['url'], mediaKey: 'stand-in', encFilehash: filehash } };
      },
    },
  };
}
