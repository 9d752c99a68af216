import type { Model, StandIn, Wid } from './stand-in.ts';

interface GroupWord {
  readonly id: string;
  readonly subject: string;
  readonly members: readonly string[];
  /** Only its admins may write. */
  readonly announce: boolean;
}

/** Groups as the service tells of them, and people whom it knows by an id beside their number. */
export function groups(page: StandIn): void {
  const numbers = new Map<string, string>();
  const lids = new Map<string, string>();

  Object.assign(page, {
    lids: {
      learn(lid: string, number: string) {
        numbers.set(lid, number);
        lids.set(number, lid);
      },
      numberOf: (wid: Wid) => numbers.get(wid._serialized),
      lidOf: (wid: Wid) => lids.get(wid._serialized),
    },
    learnGroup({ id, subject, members, announce }: GroupWord) {
      const chat = page.chatFor(id);
      const metadata = chat['groupMetadata'] as Model;
      chat.set({ name: subject, formattedTitle: subject });
      metadata.set({
        subject,
        announce,
        participants: members.map((member, at) => ({ id: page.createWid(member), isAdmin: at === 0, isSuperAdmin: at === 0 })),
      });
    },
  });
}
