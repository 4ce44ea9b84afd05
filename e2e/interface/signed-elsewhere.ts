/** A payment signed by hand with a key of the vault, as another machine that has the same phrase would sign it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mnemonicToSeed } from '@scure/bip39'
import type { Transaction } from '../../node/api/contract/index.ts'
import { seedBytes } from '../../node/crypto/index.ts'
import { accountPath, deriveNode } from '../../node/vault/derivation.ts'
import { createOwnAccount } from '../crash/own-account.ts'
import { commandLine } from '../desktop/command-line.ts'

export interface Elsewhere {
  readonly phrase: readonly string[]
  readonly nonce: number
  readonly to: string
  readonly amountMicroRuv: bigint
}

/** Signs with the vault's first account and hands the bytes in at the command line. */
export async function payFromElsewhere(
  dataDir: string,
  { phrase, nonce, to, amountMicroRuv }: Elsewhere,
): Promise<string> {
  const { run } = commandLine(dataDir)
  const { chainId } = await run<{ chainId: string }>(['node', 'status'])
  const derived = deriveNode('ML-DSA-65', await mnemonicToSeed(phrase.join(' ')), accountPath(0))
  if (!derived.ok) throw new Error(derived.error.code)
  const seed = derived.value.secret.use((secret) => Uint8Array.from(secret))
  const account = createOwnAccount('ML-DSA-65', chainId, {
    bytes(length) {
      if (length !== seedBytes) throw new Error('the key asks for another seed')
      return seed
    },
  })
  const transfers = [{ to, amountMicroRuv: String(amountMicroRuv) }]
  const { bytes } = account.sign({ key: 'signed elsewhere', nonce, transfers, carriesKey: true })
  const file = join(dataDir, 'signed.tx')
  writeFileSync(file, bytes, { mode: 0o644 })
  const { txId } = await run<Transaction>(['tx', 'submit', file])
  return txId
}
