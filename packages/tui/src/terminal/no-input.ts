import { EventEmitter } from 'node:events';

/** Stands where the drawing library expects an input: keys are read by this program itself. */
export class NoInput extends EventEmitter {
  readonly isTTY = false;

  read(): null {
    return null;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
