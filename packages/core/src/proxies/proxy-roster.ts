import { MusterError, safeText } from '@muster/sdk';
import type { Clock, Random } from '../ports/clock.ts';
import { addressFields, checkedCountry, checkedLabel, defaultLabel, newProxy } from './new-proxy.ts';
import { parseProxyList } from './parse-proxy-list.ts';
import { parseProxyAddress, proxyPlace, proxyUrl } from './proxy-address.ts';
import type { ImportedProxy, Proxies, ProxyQuery, ProxyView } from './proxies.ts';
import type { ProxyBook } from './proxy-book.ts';
import type { ProxyRecord } from './proxy-record.ts';
import type { ProxySecrets } from './proxy-secrets.ts';
import { isMeant, proxyView, type LiveFacts } from './proxy-view.ts';
import type { Sticky } from './sticky.ts';

const MAX_IMPORT = 100_000;
const MAX_TEXT = 20 * 1_024 * 1_024;

export interface ProxyRosterDeps {
  readonly book: ProxyBook;
  readonly secrets: ProxySecrets;
  readonly sticky: Sticky;
  readonly clock: Clock;
  readonly random: Random;
  readonly live: (id: string) => Omit<LiveFacts, 'accounts'>;
  readonly audit: (type: string, actor: string, message: string) => Promise<void>;
}

export interface ProxyRoster extends Pick<
  Proxies,
  'list' | 'get' | 'add' | 'import' | 'edit' | 'remove' | 'reveal' | 'proxyOf' | 'assign'
> {
  /** By label. BAD_INPUT for a country that is none. */
  meant(query: ProxyQuery): ProxyRecord[];
}

/** What an operator does with the list of proxies. */
export function createProxyRoster(deps: ProxyRosterDeps): ProxyRoster {
  const { book, secrets, sticky, clock, random, live, audit } = deps;

  async function views(records: readonly ProxyRecord[]): Promise<ProxyView[]> {
    const counts = await sticky.counts();
    return records.map((record) => proxyView(record, { ...live(record.id), accounts: counts.get(record.id) ?? 0 }));
  }
  const view = async (record: ProxyRecord): Promise<ProxyView> => (await views([record]))[0] as ProxyView;

  function find(idOrLabel: string): ProxyRecord {
    const byId = book.get(idOrLabel);
    if (byId) return byId;
    const named = book.all().filter(({ label }) => label === idOrLabel);
    const [only] = named;
    if (named.length > 1) {
      throw new MusterError('CONFLICT', `${named.length} proxies are called "${safeText(idOrLabel, 100)}"; say which by its id.`);
    }
    if (!only) throw new MusterError('NOT_FOUND', `There is no proxy "${safeText(idOrLabel, 100)}".`);
    return only;
  }

  /** URLs of those at the same places, to tell whether one is known. Opened for the comparison only. */
  const knownUrls = (places: ReadonlySet<string>): Map<string, ProxyRecord> =>
    new Map(
      book
        .all()
        .filter((record) => places.has(proxyPlace(record)))
        .map((record) => [secrets.urlOf(record), record]),
    );

  const meant = (query: ProxyQuery): ProxyRecord[] => {
    const country = query.country === undefined || query.country === '' ? undefined : checkedCountry(query.country);
    return book
      .all()
      .filter((record) => isMeant(record, { ...query, country }))
      .toSorted((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  };

  return {
    meant,

    async list(query = {}) {
      await book.open();
      return views(meant(query));
    },

    async get(idOrLabel) {
      await book.open();
      return view(find(idOrLabel));
    },

    async add({ address: text, label, country }, actor) {
      await book.open();
      const address = parseProxyAddress(text);
      const same = knownUrls(new Set([proxyPlace(address)])).get(proxyUrl(address));
      if (same) throw new MusterError('CONFLICT', `This proxy is known already, as ${same.label} (${same.id}).`);
      const record = newProxy(secrets, {
        id: random.id(),
        address,
        label: label === undefined || label === '' ? undefined : checkedLabel(label),
        country: country === undefined || country === '' ? null : checkedCountry(country),
        now: clock.now(),
      });
      await book.insert([record]);
      await audit('proxy.added', actor, `added the proxy ${record.label}`);
      return view(record);
    },

    async import(text, { country, dryRun = false, actor }) {
      await book.open();
      if (text.length > MAX_TEXT) throw new MusterError('TOO_LARGE', `A list of proxies has at most ${MAX_TEXT} characters.`);
      const fallback = country === undefined || country === '' ? null : checkedCountry(country);
      const lines = parseProxyList(text);
      if (lines.length > MAX_IMPORT) throw new MusterError('TOO_LARGE', `A list of proxies has at most ${MAX_IMPORT} lines.`);
      const places = new Set(lines.flatMap((line) => ('address' in line ? [proxyPlace(line.address)] : [])));
      const known = new Map([...knownUrls(places)].map(([url, { id, label }]) => [url, { id, label }]));
      const added: ProxyRecord[] = [];
      const now = clock.now();
      const told = lines.map((line): ImportedProxy => {
        if ('why' in line) return { line: line.line, outcome: 'rejected', text: line.why };
        const url = proxyUrl(line.address);
        const had = known.get(url);
        if (had) return { line: line.line, outcome: 'known', text: had.label, id: had.id };
        const { address, label } = line;
        const id = random.id();
        if (!dryRun) added.push(newProxy(secrets, { id, address, label, country: line.country ?? fallback, now }));
        const called = label ?? defaultLabel(address);
        known.set(url, { id, label: called });
        return dryRun
          ? { line: line.line, outcome: 'added', text: called }
          : { line: line.line, outcome: 'added', text: called, id };
      });
      if (added.length > 0) {
        await book.insert(added);
        await audit('proxy.imported', actor, `imported ${added.length} proxies`);
      }
      return told;
    },

    async edit(id, edit, actor) {
      await book.open();
      const before = find(id);
      const address = edit.address === undefined ? undefined : parseProxyAddress(edit.address);
      if (address) {
        const same = knownUrls(new Set([proxyPlace(address)])).get(proxyUrl(address));
        if (same && same.id !== before.id)
          throw new MusterError('CONFLICT', `This proxy is known already, as ${same.label} (${same.id}).`);
      }
      const label = edit.label === undefined ? undefined : checkedLabel(edit.label);
      const country = edit.country === undefined || edit.country === null ? edit.country : checkedCountry(edit.country);
      const fields = address && addressFields(secrets, { id: before.id, address });
      book.change(before.id, (proxy) => edited(proxy, { fields, label, country, enabled: edit.enabled }));
      await book.flush();
      const what = Object.entries(edit).flatMap(([field, value]) => (value === undefined ? [] : [field]));
      await audit('proxy.changed', actor, `changed ${what.join(', ')} of the proxy ${before.label}`);
      return view(find(before.id));
    },

    async remove(ids, actor) {
      await book.open();
      const records = [...new Set(ids)].map(find);
      await book.remove(records.map(({ id }) => id));
      const what = records.length === 1 ? `the proxy ${records[0]?.label}` : `${records.length} proxies`;
      await audit('proxy.removed', actor, `removed ${what}`);
    },

    async reveal(id, actor) {
      await book.open();
      const record = find(id);
      const url = secrets.urlOf(record);
      await audit('proxy.revealed', actor, `looked at the credentials of the proxy ${record.label}`);
      return url;
    },

    async proxyOf(account) {
      await book.open();
      const id = await sticky.of(account);
      const record = id === undefined ? undefined : book.get(id);
      return record && view(record);
    },

    async assign(accounts, proxy, actor) {
      await book.open();
      const record = proxy === null ? null : find(proxy);
      await sticky.set(accounts, record?.id ?? null);
      book.touched();
      const who = accounts.length === 1 ? 'one account' : `${accounts.length} accounts`;
      const where = record ? `on the proxy ${record.label}` : 'on no proxy of their own';
      await audit('proxy.assigned', actor, `put ${who} ${where}`);
    },
  };
}

interface Edited {
  readonly fields: ReturnType<typeof addressFields> | undefined;
  readonly label: string | undefined;
  readonly country: string | null | undefined;
  readonly enabled: boolean | undefined;
}

/** With another address, or after it was off, nothing is known of its health. */
function edited(proxy: ProxyRecord, { fields, label, country, enabled }: Edited): ProxyRecord {
  const on = enabled ?? proxy.state !== 'disabled';
  const anew = fields !== undefined || (enabled === true && proxy.state === 'disabled');
  const health = anew ? { state: 'unchecked' as const, consecutiveFailures: 0, nextCheckAt: null } : {};
  return {
    ...proxy,
    ...health,
    ...fields,
    ...(fields && { exitAddress: null, exitCountry: null }),
    ...(label !== undefined && { label }),
    ...(country !== undefined && { declaredCountry: country }),
    ...(!on && { state: 'disabled' as const, nextCheckAt: null }),
  };
}
