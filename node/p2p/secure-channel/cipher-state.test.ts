import { describe, expect, it } from 'vitest'
import { toHex } from '../../core/bytes.ts'
import { createCipherState, nonceOf } from './cipher-state.ts'
import { noblePrimitives } from './noble-primitives.ts'
import { defaultPrimitives } from './select-primitives.ts'

const key = () => new Uint8Array(32).fill(4)
const bounds = { rekeyAfterFrames: 3, maxFrames: 10 }
const pair = () =>
  [
    createCipherState(key(), defaultPrimitives(), bounds),
    createCipherState(key(), defaultPrimitives(), bounds),
  ] as const

describe('one direction of a channel', () => {
  it('counts as Noise does: four zero bytes and the counter, little-endian', () => {
    expect(toHex(nonceOf(0))).toBe('000000000000000000000000')
    expect(toHex(nonceOf(0x0102_0304))).toBe('000000000403020100000000')
    expect(toHex(nonceOf(2 ** 40 + 1))).toBe('000000000100000000010000')
  })

  it('carries frames in order, across changes of the key', () => {
    const [sender, receiver] = pair()
    for (let i = 0; i < 10; i++) {
      expect(receiver.open(sender.seal(Uint8Array.of(i)) as Uint8Array)).toEqual(Uint8Array.of(i))
    }
  })

  it('changes its key after as many frames as agreed, to the one of Noise §11.3', () => {
    const sender = createCipherState(key(), defaultPrimitives(), bounds)
    for (let i = 0; i < 3; i++) sender.seal(new Uint8Array())
    const fourth = sender.seal(Uint8Array.of(9)) as Uint8Array
    const maxNonce = Uint8Array.from([0, 0, 0, 0, ...new Array<number>(8).fill(255)])
    const next = noblePrimitives.seal(key(), maxNonce, new Uint8Array(), new Uint8Array(32)).slice(0, 32)
    expect(noblePrimitives.open(next, nonceOf(3), new Uint8Array(), fourth)).toEqual(Uint8Array.of(9))
    expect(noblePrimitives.open(key(), nonceOf(3), new Uint8Array(), fourth)).toBeUndefined()
  })

  it('refuses a frame that is repeated, left out, or changed, and everything after it', () => {
    for (const disturb of ['repeat', 'omit', 'change', 'short'] as const) {
      const [sender, receiver] = pair()
      const first = sender.seal(Uint8Array.of(1)) as Uint8Array
      const second = sender.seal(Uint8Array.of(2)) as Uint8Array
      if (disturb === 'repeat') {
        receiver.open(first)
        expect(receiver.open(first)).toBeUndefined()
      } else if (disturb === 'omit') expect(receiver.open(second)).toBeUndefined()
      else if (disturb === 'change')
        expect(receiver.open(first.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))).toBeUndefined()
      else {
        expect(receiver.open(first.subarray(0, 15))).toBeUndefined()
        continue
      }
      expect(receiver.open(disturb === 'repeat' ? second : first)).toBeUndefined()
    }
  })

  it('ends when it has carried all it may, and when it is destroyed', () => {
    const [sender, receiver] = pair()
    for (let i = 0; i < 10; i++) receiver.open(sender.seal(new Uint8Array()) as Uint8Array)
    expect(sender.seal(new Uint8Array())).toBeUndefined()
    expect(receiver.open(new Uint8Array(16))).toBeUndefined()
    const [other] = pair()
    other.destroy()
    expect(other.seal(new Uint8Array())).toBeUndefined()
  })
})
