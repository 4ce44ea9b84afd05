/** Hands a PIN to a module's process over its socket: for whoever has asked for it, and is not the node. */
import { createConnection } from 'node:net'
import { z } from 'zod'
import { encodePins } from '../../core/pin-protocol.ts'
import { type HsmErrorCode, hsmError, isHsmErrorCode } from './errors.ts'

/** More than any answer takes. */
const maxAnswerBytes = 8_192

const outcome = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    code: z.string().refine(isHsmErrorCode),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
])

/**
 * Resolves where the token took the PIN. The caller overwrites it; it is tried once, whatever comes of it.
 *
 * @throws NodeError HSM_PIN_WRONG, HSM_PIN_FEW_TRIES, HSM_PIN_LAST_TRY, HSM_PIN_LOCKED …; HSM_STOPPED where the process has ended
 */
export async function sendPin(socketPath: string, ticket: Uint8Array, pins: readonly Uint8Array[]): Promise<void> {
  const frame = encodePins(ticket, pins)
  const answer = await sendPinFrame(socketPath, frame)
  if (!answer.ok) throw hsmError(answer.code as HsmErrorCode, answer.details)
}

/** Of bytes that are encoded already; they are overwritten. @throws NodeError HSM_STOPPED where the process has ended */
export async function sendPinFrame(socketPath: string, frame: Uint8Array): Promise<z.infer<typeof outcome>> {
  const text = await exchange(socketPath, frame).finally(() => frame.fill(0))
  const answer = outcome.safeParse(parsed(text))
  if (!answer.success) throw hsmError('HSM_STOPPED')
  return answer.data
}

function exchange(path: string, frame: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => reject(hsmError('HSM_STOPPED')))
    socket.on('data', (part: string) => {
      text += part
      if (text.length > maxAnswerBytes) socket.destroy()
    })
    socket.on('close', () => resolve(text))
    socket.on('connect', () => void socket.write(frame))
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
