export interface Group {
  readonly id: string;
  readonly subject: string;
  /** Numbers with `@c.us`; the first is its admin. */
  readonly members: readonly string[];
  /** Only the admin may write. */
  readonly announce: boolean;
}

/** Who is on the service, by number and by the id that newer links know them by, and who is in which group. */
export class Directory {
  readonly #registered = new Set<string>();
  readonly #lids = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  readonly #groups = new Map<string, Group>();

  register(wid: string, lid?: string): void {
    this.#registered.add(wid);
    if (lid === undefined) return;
    this.#lids.set(wid, lid);
    this.#numbers.set(lid, wid);
  }

  /** Where its messages go. */
  numberOf(id: string): string {
    return this.#numbers.get(id) ?? id;
  }

  lidOf(wid: string): string | undefined {
    return this.#lids.get(wid);
  }

  exists(id: string): boolean {
    return this.#registered.has(this.numberOf(id)) || /^\d{10,13}@c\.us$/.test(id);
  }

  setGroup(group: Group): void {
    this.#groups.set(group.id, group);
  }

  group(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  groupsOf(wid: string): Group[] {
    return [...this.#groups.values()].filter(({ members }) => members.includes(wid));
  }
}
