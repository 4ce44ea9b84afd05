/** Checkpoints, and proofs against them for people who trust no node. */

import { decodeCertificate, decodeCheckpoint } from '../consensus/index.ts'
import { toHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { NodeError } from '../core/node-error.ts'
import { accountCodec, accountTreeKey } from '../ledger/index.ts'
import type { CheckpointRow, StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import type { NetworkStatusServices } from './network-status.ts'
import type { ProvableStateHolder } from './provable-state.ts'
import type { CheckpointView, NodeServices } from './types.ts'

export function createNetworkServices(deps: {
  readonly chain: Chain
  readonly accounts: AccountServices
  readonly provable: ProvableStateHolder
  readonly read: StorageReader
  /** What is seen of the others. */
  readonly seen: NetworkStatusServices
}): NodeServices['network'] {
  const { chain, accounts, provable, read, seen } = deps
  return {
    ...seen,
    async checkpoint(seq) {
      const row = seq === 'latest' ? await read.lastCheckpoint() : await read.checkpoint(seq)
      if (row === null) throw unknownCheckpoint()
      return viewOf(row)
    },
    async accountProof(account) {
      const id = await accounts.resolve(account)
      const current = provable.get()
      if (current === null) throw unknownCheckpoint()
      const { row, snapshot } = current
      const key = accountTreeKey(id)
      const { siblings, end } = snapshot.prove(key)
      const held = snapshot.get(key)
      return {
        address: chain.format(id),
        checkpoint: viewOf(row),
        account: held ? toHex(canonicalEncode(accountCodec, held)) : null,
        key: toHex(key),
        siblings: siblings.map(toHex),
        end: end === null ? null : { key: toHex(end.key), valueHash: toHex(end.valueHash) },
      }
    },
  }
}

function viewOf(row: CheckpointRow): CheckpointView {
  const checkpoint = decodeCheckpoint(row.bytes)
  const certificate = decodeCertificate(row.certificate)
  if (!checkpoint.ok || !certificate.ok) {
    throw new NodeError('STATE_DAMAGED', `the record of checkpoint ${row.seq} is damaged`, {
      hint: 'Keep a copy of the data folder and restore it from a backup or by synchronising anew.',
    })
  }
  const { seq, epoch, commitIndex, commitTimeMs } = checkpoint.value
  const { stateRoot, historyRoot, consensusRoot, nextValidatorsHash, previous } = checkpoint.value
  return {
    seq,
    epoch,
    commitIndex,
    commitTimeMs,
    hash: toHex(row.hash),
    stateRoot: toHex(stateRoot),
    historyRoot: toHex(historyRoot),
    consensusRoot: toHex(consensusRoot),
    nextValidatorsHash: toHex(nextValidatorsHash),
    previous: toHex(previous),
    certificate: certificate.value.map(({ validator, signature }) => ({
      validator: toHex(validator),
      signature: toHex(signature),
    })),
  }
}

function unknownCheckpoint(): NodeError {
  return new NodeError('CHECKPOINT_UNKNOWN', 'this node has no such checkpoint', {
    hint: 'The first comes within seconds of the first transaction; see `node status` for the newest.',
  })
}
