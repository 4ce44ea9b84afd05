/** The whole contract over the node's services. */
import type { Scheduler } from '../../core/clock.ts'
import type { NodeServices } from '../../services/types.ts'
import type { NodeInfo } from '../contract/index.ts'
import { accountsHandlers } from './accounts.ts'
import type { ReportFault } from './errors.ts'
import { createEventFeeds, eventsHandlers } from './events.ts'
import { guardedContract } from './guard.ts'
import { hsmHandlers } from './hsm.ts'
import { labelsHandlers } from './labels.ts'
import { messagesHandlers } from './messages.ts'
import { networkHandlers } from './network.ts'
import { nodeHandlers } from './node.ts'
import { policiesHandlers } from './policies.ts'
import { auditHandlers, storageHandlers } from './records.ts'
import { settingsHandlers } from './settings.ts'
import { tokensHandlers } from './tokens.ts'
import { transactionsHandlers } from './transactions.ts'
import { validatorsHandlers } from './validators.ts'
import { vaultHandlers } from './vault.ts'

/** The services that the contract has procedures for. */
export type ApiServices = NodeServices

export interface RouterDeps {
  /** How this node is reached: `node.info` answers it. */
  readonly info: () => NodeInfo
  /** Told of faults of our own, whose text no caller gets. */
  readonly reportFault: ReportFault
  /** For the heartbeats of event streams; default the system's. */
  readonly scheduler?: Scheduler
}

export function createRouter(services: ApiServices, { info, reportFault, scheduler }: RouterDeps) {
  const os = guardedContract(reportFault)
  const openFeed = createEventFeeds({ services, chainId: () => info().chainId, scheduler })
  return os.router({
    node: nodeHandlers(os.node, services.node, info, reportFault),
    vault: vaultHandlers(os.vault, services.vault),
    accounts: accountsHandlers(os.accounts, services.accounts),
    transactions: transactionsHandlers(os.transactions, services.transactions, reportFault),
    hsm: hsmHandlers(os.hsm, services.hsm),
    labels: labelsHandlers(os.labels, services.labels),
    messages: messagesHandlers(os.messages, services.messages),
    settings: settingsHandlers(os.settings, services.settings),
    tokens: tokensHandlers(os.tokens, services.tokens),
    events: eventsHandlers(os.events, openFeed, reportFault),
    network: networkHandlers(os.network, services),
    policies: policiesHandlers(os.policies, services.policies),
    validators: validatorsHandlers(os.validators, services.validators),
    audit: auditHandlers(os.audit, services.audit),
    storage: storageHandlers(os.storage, services.storage),
  })
}

export type ApiRouter = ReturnType<typeof createRouter>
