/**
 * A PIN from an input of this window to the token's module: over a port to that process alone. Format and answer:
 * node/core/pin-protocol.ts. A ticket is good for one try, so each try is a call of its own.
 */
import { encodePins, ticketOf } from '../../node/api/contract/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { TokenWindows } from './platform.ts'

/** Where a PIN is waited for, as `hsm.unlock` and `hsm.expectPin` tell it. */
export interface PinPlace {
  readonly socket: string
  readonly ticket: string
}

const stopped = (): NodeError => new NodeError('HSM_STOPPED', 'the token was locked while it worked')

/** Overwrites the PINs. @throws NodeError HSM_PIN_WRONG … as the token answers; HSM_STOPPED where its process has ended */
export async function sendPins(
  tokens: Pick<TokenWindows, 'pinPort'>,
  { socket, ticket }: PinPlace,
  pins: readonly Uint8Array[],
): Promise<void> {
  try {
    const port = await tokens.pinPort(socket)
    const frame = encodePins(ticketOf(ticket), pins)
    try {
      const answer = answerOn(port)
      port.postMessage(frame)
      await answer
    } finally {
      frame.fill(0)
      port.close()
    }
  } finally {
    for (const pin of pins) pin.fill(0)
  }
}

function answerOn(port: MessagePort): Promise<void> {
  return new Promise((resolve, reject) => {
    port.addEventListener('message', ({ data }) => {
      const refusal = refusalOf(data)
      if (refusal === undefined) resolve()
      else reject(refusal)
    })
    // The process has gone, and with it the other end.
    port.addEventListener('close', () => reject(stopped()))
    port.start()
  })
}

/** Undefined where the token took the PIN. What comes is of another process, so it is looked at. */
export function refusalOf(data: unknown): NodeError | undefined {
  if (typeof data !== 'object' || data === null || !('ok' in data)) return stopped()
  if (data.ok === true) return undefined
  const code = 'code' in data && typeof data.code === 'string' ? data.code : ''
  return /^HSM_[A-Z_]{1,32}$/.test(code) ? new NodeError(code, 'the token refused the PIN') : stopped()
}
