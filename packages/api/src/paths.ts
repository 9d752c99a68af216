/** Every route by operation id. Kept apart from the schemas so that a client carries no schema library. */
export const PATHS = {
  getStatus: 'GET /v1/status',
  stopHost: 'POST /v1/stop',
  watch: 'GET /v1/watch',

  listAccounts: 'GET /v1/accounts',
  addAccount: 'POST /v1/accounts',
  tallyAccounts: 'GET /v1/accounts/tally',
  setAccountState: 'POST /v1/accounts/state',
  removeAccounts: 'POST /v1/accounts/remove',
  applicableActions: 'POST /v1/accounts/applicable',
  getAccount: 'GET /v1/accounts/{id}',
  editAccount: 'PATCH /v1/accounts/{id}',
  revealSecret: 'POST /v1/accounts/{id}/reveal',

  listPlugins: 'GET /v1/plugins',
  getPlugin: 'GET /v1/plugins/{plugin}',
  configurePlugin: 'PATCH /v1/plugins/{plugin}/config',
  importAccounts: 'POST /v1/plugins/{plugin}/import',
  exportAccounts: 'POST /v1/plugins/{plugin}/export',
  loadDemo: 'POST /v1/plugins/{plugin}/demo',
  runAction: 'POST /v1/plugins/{plugin}/actions/{action}',
  getPool: 'GET /v1/plugins/{plugin}/pool',
  forecastPool: 'GET /v1/plugins/{plugin}/pool/forecast',

  listJobs: 'GET /v1/jobs',
  getJob: 'GET /v1/jobs/{id}',
  listTasks: 'GET /v1/jobs/{id}/tasks',
  pauseJob: 'POST /v1/jobs/{id}/pause',
  resumeJob: 'POST /v1/jobs/{id}/resume',
  cancelJob: 'POST /v1/jobs/{id}/cancel',
  retryJob: 'POST /v1/jobs/{id}/retry',
  setJobConcurrency: 'POST /v1/jobs/{id}/concurrency',

  listPrompts: 'GET /v1/prompts',
  answerPrompt: 'POST /v1/prompts/{id}/answer',
  promptImage: 'GET /v1/prompts/{id}/image',

  listSessions: 'GET /v1/sessions',
  getSession: 'GET /v1/sessions/{account}',
  openSession: 'POST /v1/sessions/{account}/open',
  closeSession: 'POST /v1/sessions/{account}/close',
  sessionChallenge: 'GET /v1/sessions/{account}/challenge',
  sessionQr: 'GET /v1/sessions/{account}/qr',

  listProxies: 'GET /v1/proxies',
  addProxy: 'POST /v1/proxies',
  importProxies: 'POST /v1/proxies/import',
  checkProxies: 'POST /v1/proxies/check',
  removeProxies: 'POST /v1/proxies/remove',
  assignProxy: 'POST /v1/proxies/assign',
  getProxySettings: 'GET /v1/proxies/settings',
  configureProxies: 'PATCH /v1/proxies/settings',
  getProxy: 'GET /v1/proxies/{id}',
  editProxy: 'PATCH /v1/proxies/{id}',
  revealProxy: 'POST /v1/proxies/{id}/reveal',
  proxyOfAccount: 'GET /v1/accounts/{id}/proxy',

  queryEvents: 'GET /v1/events',

  listTokens: 'GET /v1/tokens',
  createToken: 'POST /v1/tokens',
  revokeToken: 'DELETE /v1/tokens/{id}',

  vaultStatus: 'GET /v1/vault',
  rotateVault: 'POST /v1/vault/rotate',
  lockVault: 'POST /v1/vault/lock',
  unlockVault: 'POST /v1/vault/unlock',
  addVaultSlot: 'POST /v1/vault/slots',
  removeVaultSlot: 'DELETE /v1/vault/slots/{id}',

  checkStore: 'POST /v1/store/check',
  backupStore: 'POST /v1/store/backup',
} as const;

export type OperationId = keyof typeof PATHS;
