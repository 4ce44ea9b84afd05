/** A signed message as one JSON document, as it is given to others and comes back from them. */
import type { SignedMessage } from '../../../../node/api/contract/index.ts'

export interface MessageParts {
  readonly address: string
  readonly message: string
  readonly signature: string
  readonly publicKey?: string
  readonly suite?: SignedMessage['suite']
}

export function documentOf(signed: SignedMessage): string {
  return `${JSON.stringify(signed, null, 2)}\n`
}

const suites: readonly string[] = [
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'ML-DSA-65+P-256',
] satisfies SignedMessage['suite'][]

/** @returns undefined for what is not such a document: then nothing of it is used */
export function readDocument(text: string): MessageParts | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { address, message, signature, publicKey, suite } = value as Record<string, unknown>
  if (typeof address !== 'string' || typeof message !== 'string' || typeof signature !== 'string') return undefined
  if (!isHex(signature) || (publicKey !== undefined && (typeof publicKey !== 'string' || !isHex(publicKey))))
    return undefined
  if (suite !== undefined && (typeof suite !== 'string' || !suites.includes(suite))) return undefined
  return {
    address,
    message,
    signature,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(suite === undefined ? {} : { suite: suite as SignedMessage['suite'] }),
  }
}

export function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text)
}
