/** Without these the page cannot be linked. */
export const LINK_MODULES = [
  'WAWebSocketModel',
  'WAWebCmd',
  'WAWebConnModel',
  'WAWebOfflineHandler',
  'WAWebAltDeviceLinkingApi',
  'WABase64',
  'WAWebCompanionRegClientUtils',
  'WAWebUserPrefsInfoStore',
  'WAWebSignalStoreApi',
  'WAWebUserPrefsMultiDevice',
  'WAWebUserPrefsMeUser',
  'WAWebCollections',
] as const;

/** Without these it cannot send or take a text. */
export const MESSAGE_MODULES = [
  'WAWebWidFactory',
  'WAWebMsgKey',
  'WAWebSendMsgChatAction',
  'WAWebFindChatAction',
  'WALinkify',
  'WAWebChatGetters',
  'WAWebGetEphemeralFieldsMsgActionsUtils',
  'WAWebQueryExistsJob',
] as const;
