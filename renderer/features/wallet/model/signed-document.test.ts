import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SignedMessage } from '../../../../node/api/contract/index.ts'
import { documentOf, readDocument } from './signed-document.ts'

const signed: SignedMessage = {
  address: 'ruvd1q',
  suite: 'ML-DSA-65',
  publicKey: 'ab',
  message: 'hello',
  signature: 'cd',
}

describe('signed documents', () => {
  it('come back as they were given, whatever the message (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        expect(readDocument(documentOf({ ...signed, message }))).toEqual({ ...signed, message })
      }),
    )
  })

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['null', 'null'],
    ['a part missing', '{"address":"a","message":"m"}'],
    ['a signature that is no hex', JSON.stringify({ ...signed, signature: 'xyz' })],
    ['a suite that there is not', JSON.stringify({ ...signed, suite: 'RSA' })],
    ['a key of another type', JSON.stringify({ ...signed, publicKey: 5 })],
  ])('are not made of %s', (_, text) => {
    expect(readDocument(text)).toBeUndefined()
  })

  it('may leave key and suite to the node', () => {
    const { publicKey: _key, suite: _suite, ...parts } = signed
    expect(readDocument(JSON.stringify(parts))).toEqual(parts)
  })
})
