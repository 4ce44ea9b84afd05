import { createSocket } from 'node:dgram'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { hostLimits } from './limits.ts'
import { answerStun, type StunServer, startStunServer } from './stun.ts'

/** RFC 5769 §2.1 has this transaction id, and §2.2 and §2.3 the addresses that are hidden by it. */
const transactionId = 'b7e7a701bc34d686fa87dfae'
const request = fromHex(`000100002112a442${transactionId}`) ?? new Uint8Array()

describe('answerStun', () => {
  it('hides the address as the test vectors of RFC 5769 do', () => {
    const v4 = answerStun(request, '192.0.2.1', 32_853)
    expect(toHex(v4 ?? new Uint8Array())).toBe(`0101000c2112a442${transactionId}002000080001a147e112a643`)
    const v6 = answerStun(request, '2001:db8:1234:5678:11:2233:4455:6677', 32_853)
    expect(toHex(v6 ?? new Uint8Array())).toBe(
      `010100182112a442${transactionId}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    )
    expect(answerStun(request, '::ffff:192.0.2.1', 32_853)).toEqual(v4)
    expect(answerStun(request, 'fe80::1%eth0', 1)).toHaveLength(44)
  })

  it('answers nothing else, however near it comes (property)', () => {
    fc.assert(
      fc.property(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Uint8Array.from(request)
        altered[at] = (altered[at] ?? 0) ^ change
        // The transaction id is the asker's own.
        expect(answerStun(altered, '192.0.2.1', 1) === undefined).toBe(at < 8)
      }),
    )
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 700 }),
        fc.string({ maxLength: 30 }),
        fc.nat(65_535),
        (packet, host, port) => {
          const answer = answerStun(packet, host, port)
          if (answer !== undefined) expect(answer.length).toBeLessThanOrEqual(44)
        },
      ),
    )
    const long = new Uint8Array(hostLimits.maxStunBytes + 4)
    long.set(request)
    new DataView(long.buffer).setUint16(2, long.length - 20)
    expect(answerStun(long, '192.0.2.1', 1)).toBeUndefined()
  })
})

describe('a STUN server', () => {
  let server: StunServer | undefined
  afterEach(() => server?.close())

  it('tells whoever asks the address it has seen, so many times a second', async () => {
    const clock = new ManualClock()
    server = await startStunServer({ host: '127.0.0.1', port: 0 }, { clock })
    const { port } = server
    const client = createSocket('udp4')
    try {
      const answers: Buffer[] = []
      client.on('message', (message) => answers.push(message))
      const ask = () =>
        new Promise<void>((resolve, reject) =>
          client.send(request, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error))),
        )
      const next = (count: number) =>
        new Promise<void>((resolve) => {
          const look = (): void => {
            if (answers.length < count) return
            client.off('message', look)
            resolve()
          }
          client.on('message', look)
          look()
        })
      await ask()
      await next(1)
      expect(answers[0]).toEqual(Buffer.from(answerStun(request, '127.0.0.1', client.address().port) ?? []))
      for (let index = 0; index < hostLimits.stunAnswersPerSecond + 20; index++) await ask()
      await next(hostLimits.stunAnswersPerSecond)
      clock.advance(1_000)
      await ask()
      await next(hostLimits.stunAnswersPerSecond + 1)
      expect(answers).toHaveLength(hostLimits.stunAnswersPerSecond + 1)
    } finally {
      await new Promise<void>((resolve) => client.close(() => resolve()))
    }
  })
})
