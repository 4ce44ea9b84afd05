/** Reads the database of a node that is not running and executes its history anew in this process, signatures included. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../node/core/bytes.ts'
import { createInlineVerifier } from '../../node/crypto/index.ts'
import { genesisState, isConserved, parseGenesis, stateRoot } from '../../node/ledger/index.ts'
import { createChain } from '../../node/services/index.ts'
import { replayCommits } from '../../node/services/replay.ts'
import { createStorage, lockDataFolder } from '../../node/storage/index.ts'

export interface ReplayedChain {
  /** State roots in hex, by commit index. */
  readonly roots: ReadonlyMap<number, string>
  /** How each transaction ended, by its id in hex. */
  readonly results: ReadonlyMap<string, { outcome: string; code: string | null; fee: string; nonce: number }>
  readonly mintedMicroRuv: bigint
  readonly burnedMicroRuv: bigint
  readonly isConserved: boolean
}

/** @throws where a transaction was executed twice, or the replay differs from the record */
export async function replayDataFolder(dataDir: string): Promise<ReplayedChain> {
  const lock = lockDataFolder(dataDir)
  const verifier = createInlineVerifier()
  const storage = await createStorage({ file: join(dataDir, 'qudag.db') })
  try {
    const genesis = parseGenesis(await readFile(join(dataDir, 'genesis.json'), 'utf8'))
    if (!genesis.ok) throw new Error(`the genesis file does not parse: ${genesis.error.code}`)
    const state = genesisState(genesis.value)
    const roots = new Map<number, string>()
    const results = new Map<string, { outcome: string; code: string | null; fee: string; nonce: number }>()
    const chain = createChain(genesis.value)
    await replayCommits(state, { chain, read: storage.read, verify: verifier.verify }, (commit, execution) => {
      roots.set(commit.commitIndex, toHex(stateRoot(state)))
      for (const { txId, outcome, code, feeMicroRuv, nonce } of execution.results) {
        const id = toHex(txId)
        if (results.has(id)) throw new Error(`transaction ${id} was executed twice`)
        results.set(id, { outcome, code, fee: feeMicroRuv.toString(), nonce })
      }
    })
    const { mintedMicroRuv, burnedMicroRuv } = state.totals
    return { roots, results, mintedMicroRuv, burnedMicroRuv, isConserved: isConserved(state) }
  } finally {
    await storage.close()
    await verifier.close()
    lock.release()
  }
}
