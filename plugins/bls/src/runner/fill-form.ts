/// <reference lib="dom" />
// What runs inside the page: each function is sent there as text, so it uses nothing from outside itself.

import type { FieldWork } from '../profile/render.ts';

export interface Unfilled {
  readonly selector: string;
  /** `widget`: nothing is drawn over the field (yet); `entry`: the list is there, the entry is not (yet), or the day is refused. */
  readonly lacks: 'element' | 'widget' | 'entry';
  readonly value: string;
}

/** Fills a form at once; lists that are still loading are waited for, up to `withinMs`. */
export async function fillForm(works: readonly FieldWork[], withinMs: number): Promise<Unfilled[]> {
  interface KendoWidget {
    readonly options: { readonly dataTextField?: string; readonly dataValueField?: string };
    readonly dataSource: { data(): ArrayLike<unknown> };
    value(value?: unknown): unknown;
    trigger(event: 'change'): void;
  }
  type Unset = Unfilled['lacks'] | 'entry of many';
  const { jQuery } = window as { readonly jQuery?: (element: Element) => { data(name: string): KendoWidget | undefined } };
  let until = Date.now() + withinMs;

  /** By its text, whole or its beginning. */
  const entryOf = <T>(entries: readonly T[], textOf: (entry: T) => string, text: string): T | undefined => {
    const wanted = text.trim().toLowerCase();
    const shown = (entry: T): string => textOf(entry).trim().toLowerCase();
    return entries.find((entry) => shown(entry) === wanted) ?? entries.find((entry) => shown(entry).startsWith(wanted));
  };
  const choose = (list: HTMLSelectElement, text: string): Unset | undefined => {
    const entries = [...list.options].filter((entry) => entry.value !== '');
    const entry = entryOf(entries, ({ textContent }) => textContent ?? '', text);
    if (!entry) return entries.length > 0 ? 'entry of many' : 'entry';
    list.value = entry.value;
    return undefined;
  };
  const chooseKendo = (widget: KendoWidget, text: string): Unset | undefined => {
    const { dataTextField = '', dataValueField = '' } = widget.options;
    const member = (entry: unknown, name: string): unknown => (name === '' ? entry : (entry as Record<string, unknown>)[name]);
    const entries = Array.from(widget.dataSource.data());
    const entry = entryOf(entries, (one) => String(member(one, dataTextField)), text);
    if (entry === undefined) return entries.length > 0 ? 'entry of many' : 'entry';
    const value = member(entry, dataValueField);
    widget.value(value);
    if (String(widget.value()) !== String(value)) return 'entry';
    // What it is set to by a script, it tells nobody.
    widget.trigger('change');
    return undefined;
  };
  const setKendoDay = (widget: KendoWidget, day: string): Unset | undefined => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    widget.value(day === '' ? null : new Date(year, month - 1, date));
    // A day outside of what it takes it leaves empty.
    if (day !== '' && !(widget.value() instanceof Date)) return 'entry of many';
    widget.trigger('change');
    return undefined;
  };
  const set = ({ selector, kind, value }: FieldWork): Unset | undefined => {
    const element = document.querySelector(selector);
    if (!(element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement))
      return 'element';
    if (kind === 'kendo-dropdown' || kind === 'kendo-date') {
      const widget = jQuery?.(element).data(kind === 'kendo-date' ? 'kendoDatePicker' : 'kendoDropDownList');
      if (!widget) return 'widget';
      return kind === 'kendo-date' ? setKendoDay(widget, value) : chooseKendo(widget, value);
    }
    const lacks = kind === 'choice' && element instanceof HTMLSelectElement ? choose(element, value) : undefined;
    if (lacks !== undefined) return lacks;
    if (!(kind === 'choice' && element instanceof HTMLSelectElement)) element.value = value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
    return undefined;
  };

  let open: readonly FieldWork[] = works;
  for (;;) {
    const unfilled: Unfilled[] = [];
    for (const work of open) {
      const lacks = set(work);
      if (lacks === undefined || (lacks === 'element' && work.optional)) continue;
      const { selector, value } = work;
      unfilled.push({ selector, value, lacks: lacks === 'entry of many' ? 'entry' : lacks });
      // Its entries are there, and this one is not among them: no use to wait.
      if (lacks === 'entry of many') until = Math.min(until, Date.now() + 500);
    }
    if (unfilled.length === 0 || Date.now() >= until) return unfilled;
    open = works.filter(({ selector }) => unfilled.some((one) => one.selector === selector));
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Of fields that a script draws over, those over which none is drawn within the time. */
export async function missingWidgets(widgets: readonly (readonly [string, string])[], withinMs: number): Promise<string[]> {
  const { jQuery } = window as { readonly jQuery?: (element: Element) => { data(name: string): unknown } };
  const until = Date.now() + withinMs;
  const isDrawn = ([selector, kind]: readonly [string, string]): boolean => {
    const element = document.querySelector(selector);
    const name = kind === 'kendo-date' ? 'kendoDatePicker' : 'kendoDropDownList';
    return element !== null && jQuery?.(element).data(name) !== undefined;
  };
  for (;;) {
    const missing = widgets.filter((one) => !isDrawn(one));
    if (missing.length === 0 || Date.now() >= until) return missing.map(([selector, kind]) => `${selector} (as ${kind})`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
