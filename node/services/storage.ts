/** What is stored, and whether it is sound. */
import { toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { genesisState, stateRoot } from '../ledger/index.ts'
import { readJoined } from './joined-record.ts'
import { loadState } from './recovery.ts'
import { type ReplayDeps, replayCommits } from './replay.ts'
import type { NodeServices } from './types.ts'

export function createStorageServices(deps: ReplayDeps): NodeServices['storage'] {
  const { chain, read } = deps
  let running: ReturnType<NodeServices['storage']['verify']> | null = null

  const verify = async (): ReturnType<NodeServices['storage']['verify']> => {
    // Where the node joined by a snapshot there is nothing before it to replay: its state is held against what the validators certified.
    const isJoined = (await readJoined(read)) !== null
    const row = isJoined ? await read.lastCheckpoint() : null
    const state = row === null ? genesisState(chain.genesis) : await loadState(read, row)
    const problems = [...(await read.integrityCheck())]
    let transactions = 0
    try {
      await replayCommits(state, deps, async (commit, execution) => {
        transactions += execution.results.length
        // The node goes on serving beside a long replay.
        await new Promise((resolve) => setImmediate(resolve))
        for (const result of execution.results) {
          const final = await read.final(result.txId)
          if (final === null || final.outcome !== result.outcome || final.feeMicroRuv !== result.feeMicroRuv) {
            problems.push(`commit ${commit.commitIndex}: the record of transaction ${toHex(result.txId)} differs`)
          }
        }
      })
    } catch (cause) {
      if (!(cause instanceof NodeError)) throw cause
      problems.push(cause.message)
    }
    const root = toHex(stateRoot(state))
    return { ok: problems.length === 0, commits: state.commitIndex, transactions, stateRoot: root, problems }
  }

  return {
    async status() {
      const { bytes, schemaVersion, commits, transactions, journalRecords } = await read.status()
      return { bytes, schemaVersion, commits, transactions, journalRecords }
    },
    /** One replay at a time: who asks meanwhile gets the answer of the one under way. */
    verify() {
      running ??= verify().finally(() => {
        running = null
      })
      return running
    },
  }
}
