/** The payment that is being written or sent: it outlives a look at another view, and a page has one at a time. */
import { create } from 'zustand'
import { failureOf, type Session } from '../../../rpc/index.ts'
import { requestPassword } from '../../hardware-keys/sealed-wallet.ts'
import { unlockToken } from '../../hardware-keys/unlock-token.ts'
import { type Draft, emptyDraft } from '../model/draft.ts'
import { createSendFlow, type SendFlow, type SendPhase } from '../model/send-flow.ts'

export interface SendState {
  readonly draft: Draft
  readonly phase: SendPhase
  /** Text of a payment link that came from outside and has not been read yet. */
  readonly waitingLink: string | undefined
}

export const useSendStore = create<SendState>(() => ({
  draft: emptyDraft(),
  phase: { kind: 'editing' },
  waitingLink: undefined,
}))

export function setDraft(draft: Draft): void {
  useSendStore.setState({ draft })
}

const flows = new WeakMap<Session, SendFlow>()

export function sendFlowOf(session: Session): SendFlow {
  let flow = flows.get(session)
  if (flow === undefined) {
    flow = createSendFlow({
      create: (intent) => session.api.transactions.create(intent),
      unlock: () => requestPassword(session, 'unlock'),
      unlockToken: (pairing) => unlockToken(session.platform, pairing),
      newKey: () => `send-${crypto.randomUUID()}`,
      failureOf,
      onPhase: (phase) => useSendStore.setState({ phase }),
    })
    flows.set(session, flow)
  }
  return flow
}
