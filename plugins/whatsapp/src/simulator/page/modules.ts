import type { Model, StandIn, Wid } from './stand-in.ts';

type Send = (chat: Model, attributes: Record<string, unknown>) => unknown[];

/** The modules that whatsapp-web.js 1.34.7 asks the page for: linking, text messages, chats, contacts. */
export function modules(page: StandIn, send: Send): Record<string, unknown> {
  const { socket, conn, cmd, messages, chats, contacts, createWid, request } = page;
  const links = (text: unknown): { href: string; url: string }[] =>
    typeof text === 'string' ? [...text.matchAll(/https?:\/\/\S+/g)].map(([href]) => ({ href, url: href })) : [];
  const idOf = (model: Model): Wid => model['id'] as Wid;
  const exists = async (wid: Wid): Promise<boolean> => {
    const { exists: is, lid, number } = await request({ type: 'exists', wid: wid._serialized });
    if (typeof lid === 'string') page.lids.learn(lid, number as string);
    return is === true;
  };
  const widOf = (id: string | undefined): Wid | undefined => (id === undefined ? undefined : createWid(id));
  const none = (): undefined => undefined;
  return {
    WAWebSocketModel: { Socket: socket },
    WAWebCmd: { Cmd: cmd },
    WAWebConnModel: { Conn: conn },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => page.progress } },
    WAWebAltDeviceLinkingApi: {
      setPairingType: none,
      initializeAltDeviceLinking: async () => undefined,
      startAltLinkingFlow: async (phone: string) => (await request({ type: 'pair-code', phone }))['code'],
      initializeQRLinking: async () => undefined,
    },
    WABase64: { encodeB64: (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)) },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: page.keys.noise } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: page.keys.identity } }) },
    },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => page.keys.adv },
    WAWebUserPrefsMeUser: {
      getMaybeMePnUser: () => (page.me ? createWid(page.me.wid) : undefined),
      getMaybeMeLidUser: () => (page.me?.lid === undefined ? undefined : createWid(page.me.lid)),
    },
    WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chromium' }) },
    WAWebLaunchSocketUtils: { refreshQR: () => page.refreshQr() },
    WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
    WAWebCallCollection: {},
    WAWebCollections: {
      Msg: messages,
      Chat: chats,
      Contact: contacts,
      GroupMetadata: page.createCollection(),
      Blocklist: page.createCollection(),
      BusinessProfile: page.createCollection(),
      ProfilePicThumb: page.createCollection(),
      Status: page.createCollection(),
      Label: page.createCollection(),
      WAWebNewsletterCollection: page.createCollection(),
      WAWebNewsletterMetadataCollection: page.createCollection(),
    },
    WAWebWidFactory: { createWid, createWidFromWidLike: createWid, asUserWidOrThrow: (wid: Wid) => wid },
    WAWebMsgKey: page.MessageKey,
    WAWebSendMsgChatAction: { addAndSendMsgToChat: send },
    WALinkify: { findLink: (text: unknown) => links(text)[0], findLinks: links },
    WAWebLinkPreviewChatAction: { getLinkPreview: async () => undefined },
    WAWebChatGetters: {
      getIsNewsletter: (chat: Model) => idOf(chat).isNewsletter(),
      getIsBroadcast: (chat: Model) => idOf(chat).isBroadcast(),
    },
    WAWebStreamModel: { Stream: { markAvailable: none, markUnavailable: none } },
    WAWebUpdateUnreadChatAction: {
      async sendSeen({ chat }: { chat: Model }) {
        chat.set('unreadCount', 0);
        page.post({ type: 'seen', chat: idOf(chat)._serialized });
      },
    },
    WAWebFindChatAction: {
      async findOrCreateLatestChat(wid: Wid) {
        if (wid.isUser() && !(await exists(wid))) throw new Error('No LID for user');
        // Of groups it knows those that it is in.
        if (wid.isGroup()) return undefined;
        const lid = page.config.lidChats ? page.lids.lidOf(wid) : undefined;
        return { chat: page.chatFor(lid ?? wid), created: true };
      },
    },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebQueryExistsJob: { queryWidExists: async (wid: Wid) => ((await exists(wid)) ? { wid } : null) },
    WAWebApiContact: {
      getAlternateUserWid: none,
      getCurrentLid: (wid: Wid) => widOf(page.lids.lidOf(wid)),
      getPhoneNumber: (wid: Wid) => widOf(page.lids.numberOf(wid)),
    },
    WAWebContactGetters: {
      getIsMe: (contact: Model) => idOf(contact)._serialized === page.me?.wid,
      getIsUser: (contact: Model) => idOf(contact).isUser(),
      getIsGroup: (contact: Model) => idOf(contact).isGroup(),
      getIsWAContact: () => true,
      getUserid: (contact: Model) => idOf(contact).user,
      getVerifiedName: none,
      getVerifiedLevel: none,
      getStatusMute: () => false,
      getName: (contact: Model) => contact['name'],
      getShortName: (contact: Model) => contact['name'],
      getPushname: (contact: Model) => contact['pushname'],
      getIsEnterprise: () => false,
    },
    WAWebFrontendContactGetters: { getIsMyContact: () => true },
    WAWebLidMigrationUtils: { toPn: (wid: Wid) => (wid.isLid() ? widOf(page.lids.numberOf(wid)) : wid) },
    WAWebPresenceChatAction: { sendPresenceAvailable: () => true, sendPresenceUnavailable: () => true },
    WAWebNonMessageDataRequestPlaceholderMessageResendUtils: { handlePlaceholderMsgsSeen: none },
    WAWebAddonReactionTableMode: { reactionTableMode: { bulkUpsert: async () => undefined } },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: async () => undefined } },
  };
}
