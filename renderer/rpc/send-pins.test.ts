import { describe, expect, it } from 'vitest'
import { decodePins } from '../../node/api/contract/index.ts'
import { refusalOf, sendPins } from './send-pins.ts'

const place = { socket: '/run/pin', ticket: 'ab'.repeat(16) }
const bytes = (text: string) => new TextEncoder().encode(text)

/** The other end of a port, as a module's process is. */
function answering(answer: (frame: Uint8Array) => unknown) {
  const frames: Uint8Array[] = []
  const { port1, port2 } = new MessageChannel()
  port2.onmessage = ({ data }) => {
    frames.push(Uint8Array.from(data))
    port2.postMessage(answer(data))
  }
  return { frames, tokens: { pinPort: async () => port1 } }
}

describe('sendPins', () => {
  it('sends ticket and PIN once, and leaves neither behind', async () => {
    const { frames, tokens } = answering(() => ({ ok: true }))
    const pin = bytes('user-5678')
    await sendPins(tokens, place, [pin])
    expect(frames).toHaveLength(1)
    const frame = decodePins(frames[0] as Uint8Array)
    expect(frame.kind === 'pins' && new TextDecoder().decode(frame.pins[0])).toBe('user-5678')
    expect(pin).toEqual(new Uint8Array(9))
  })

  it('says what the token says, and does not try again', async () => {
    const { frames, tokens } = answering(() => ({ ok: false, code: 'HSM_PIN_LAST_TRY', details: {} }))
    await expect(sendPins(tokens, place, [bytes('1234')])).rejects.toMatchObject({ code: 'HSM_PIN_LAST_TRY' })
    expect(frames).toHaveLength(1)
  })

  it('overwrites the PIN where there is nobody to send it to', async () => {
    const pin = bytes('1234')
    const tokens = { pinPort: () => Promise.reject(new Error('refused')) }
    await expect(sendPins(tokens, place, [pin])).rejects.toThrow('refused')
    expect(pin).toEqual(new Uint8Array(4))
  })
})

describe('refusalOf', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'HSM_PIN_WRONG'],
    ['a code that is none of ours', { ok: false, code: '<b>' }],
    ['no code', { ok: false }],
  ])('takes %s for a process that has gone', (_, data) => {
    expect(refusalOf(data)).toMatchObject({ code: 'HSM_STOPPED' })
  })
})
