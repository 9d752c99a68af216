import type { Collection, Emitter, Listener, Model, StandIn } from './stand-in.ts';

/** Emitters, models and collections of the kind that WhatsApp Web's modules hand out. */
export function models(page: StandIn): void {
  const MOST = 500;
  class PageEmitter {
    readonly #listeners = new Map<string, Listener[]>();
    on(names: string, listener: Listener): this {
      for (const name of names.split(' ')) this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return this;
    }
    once(names: string, listener: Listener): this {
      const first = (...args: never[]): void => {
        this.off(names, first);
        listener(...args);
      };
      return this.on(names, first);
    }
    off(names: string, listener: Listener): this {
      for (const name of names.split(' '))
        this.#listeners.set(
          name,
          (this.#listeners.get(name) ?? []).filter((one) => one !== listener),
        );
      return this;
    }
    trigger(name: string, ...args: unknown[]): void {
      const failed = (error: unknown): void => void page.errors.push(`${name}: ${String(error)}`);
      for (const listener of this.#listeners.get(name) ?? []) {
        try {
          const result = listener(...(args as never[])) as { catch?: (failed: (error: unknown) => void) => void } | undefined;
          result?.catch?.(failed);
        } catch (error) {
          failed(error);
        }
      }
    }
  }

  class PageModel extends PageEmitter {
    [attribute: string]: unknown;
    constructor(attributes: Record<string, unknown>) {
      super();
      Object.assign(this, attributes);
    }
    set(attribute: string | Record<string, unknown>, value?: unknown): void {
      const changes = typeof attribute === 'object' ? attribute : { [attribute]: value };
      const collection = this['collection'] as Emitter | undefined;
      let changed = false;
      for (const [name, next] of Object.entries(changes)) {
        const before = this[name];
        if (before === next) continue;
        this[name] = next;
        changed = true;
        this.trigger(`change:${name}`, this, next, before);
        collection?.trigger(`change:${name}`, this, next, before);
      }
      if (!changed) return;
      this.trigger('change', this);
      collection?.trigger('change', this);
    }
    serialize(): Record<string, unknown> {
      return Object.fromEntries(Object.entries(this).filter(([, value]) => typeof value !== 'function'));
    }
    toJSON(): Record<string, unknown> {
      return this.serialize();
    }
    unsafe(): this {
      return this;
    }
  }

  class PageCollection extends PageEmitter {
    readonly #models = new Map<string, Model>();
    modelClass = PageModel;
    #key(id: unknown): string {
      return typeof id === 'string' ? id : (id as { _serialized: string })._serialized;
    }
    get(id: unknown): Model | undefined {
      return this.#models.get(this.#key(id));
    }
    async find(id: unknown): Promise<Model | undefined> {
      return this.get(id);
    }
    async update(id: unknown): Promise<Model | undefined> {
      return this.get(id);
    }
    add(model: Model): Model {
      // Not enumerable: a model that is sent out of the page does not take all others along.
      Object.defineProperty(model, 'collection', { value: this, configurable: true });
      this.#models.set(this.#key(model['id']), model);
      this.trigger('add', model);
      // As the real page, which unloads what nobody looks at; nobody is told.
      const [oldest] = this.#models.keys();
      if (this.#models.size > MOST && oldest !== undefined) this.#models.delete(oldest);
      return model;
    }
    remove(id: unknown): Model | undefined {
      const model = this.get(id);
      if (!model) return undefined;
      this.#models.delete(this.#key(id));
      this.trigger('remove', model);
      return model;
    }
    getModelsArray(): Model[] {
      return [...this.#models.values()];
    }
    async getMessagesById(ids: unknown[]): Promise<{ messages: Model[] }> {
      return { messages: ids.flatMap((id) => this.get(id) ?? []) };
    }
  }

  Object.assign(page, {
    createEmitter: (): Emitter => new PageEmitter() as Emitter,
    createModel: (attributes: Record<string, unknown>): Model => new PageModel(attributes) as unknown as Model,
    createCollection: (): Collection => new PageCollection() as unknown as Collection,
  });
}
