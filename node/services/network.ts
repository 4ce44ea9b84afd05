/** Checkpoints, and proofs against them for people who trust no node. */

import { decodeCertificate, decodeCheckpoint, validatorSetHash } from '../consensus/index.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { accountCodec, accountTreeKey, type CommitteeMember, genesisEpoch, type LedgerState } from '../ledger/index.ts'
import type { CheckpointRow, StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { createJoiningServices, type JoiningDeps } from './joining.ts'
import type { NetworkStatusServices } from './network-status.ts'
import { createPeerServices } from './peers.ts'
import type { ProvableStateHolder } from './provable-state.ts'
import type { CheckpointView, EpochStepView, NodeServices, PeerSource } from './types.ts'
import { keptValidatorSet } from './validator-sets.ts'

export function createNetworkServices(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly accounts: AccountServices
  readonly provable: ProvableStateHolder
  readonly read: StorageReader
  /** What is seen of the others. */
  readonly seen: NetworkStatusServices
  readonly p2p: PeerSource
  readonly dataDir: string
  readonly fetchGenesis: JoiningDeps['fetchGenesis']
  readonly writeNetwork: JoiningDeps['write']
  readonly clock: Clock
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}): NodeServices['network'] {
  const { chain, state, accounts, provable, read, seen, p2p, clock, audit } = deps
  const { syncNow, validatorName, ...ofStatus } = seen
  const epochSteps = createEpochSteps(chain, state, read)
  return {
    ...ofStatus,
    ...createJoiningServices({
      ...{ dataDir: deps.dataDir, chain, fetchGenesis: deps.fetchGenesis, write: deps.writeNetwork, audit },
    }),
    ...createPeerServices({ p2p, sync: syncNow, validatorName, clock, audit }),
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
        epochs: await epochSteps(row.epoch),
        account: held?.kind === 'account' ? toHex(canonicalEncode(accountCodec, held.account)) : null,
        key: toHex(key),
        siblings: siblings.map(toHex),
        end: end === null ? null : { key: toHex(end.key), valueHash: toHex(end.valueHash) },
      }
    },
  }
}

/** The changes of validators before an epoch. Closed epochs stay as they are, so each is looked at once. */
function createEpochSteps(
  chain: Chain,
  state: LedgerState,
  read: StorageReader,
): (epoch: number) => Promise<readonly EpochStepView[]> {
  const hashOf = (members: readonly CommitteeMember[]): string => bytesKey(validatorSetHash(members))
  const first = genesisEpoch(chain.genesis).committee
  let current = hashOf(first)
  let lookedAt = 0
  const steps: (EpochStepView & { readonly epoch: number })[] = []
  return async (epoch) => {
    for (; lookedAt < epoch; lookedAt++) {
      const row = await read.lastCheckpointOf(lookedAt)
      if (row === null) throw unknownCheckpoint()
      const checkpoint = viewOf(row)
      const next = bytesKey(decodedOf(row).checkpoint.nextValidatorsHash)
      if (next === current) continue
      const validators =
        [first, state.epoch.committee].find((members) => hashOf(members) === next) ??
        (await keptValidatorSet(read, decodedOf(row).checkpoint.nextValidatorsHash))
      if (validators === null) {
        throw new NodeError('PROOF_VALIDATORS_UNKNOWN', `who validated after epoch ${lookedAt} is not kept here`, {
          hint: 'Ask a node that has kept every epoch.',
        })
      }
      current = next
      steps.push({
        epoch: lookedAt,
        checkpoint,
        validators: validators.map(({ publicKey, stakeMicroRuv }) => ({ publicKey: toHex(publicKey), stakeMicroRuv })),
      })
    }
    return steps.filter((step) => step.epoch < epoch).map(({ checkpoint, validators }) => ({ checkpoint, validators }))
  }
}

function viewOf(row: CheckpointRow): CheckpointView {
  const { checkpoint, certificate } = decodedOf(row)
  const { seq, epoch, commitIndex, commitTimeMs } = checkpoint
  const { stateRoot, historyRoot, consensusRoot, nextValidatorsHash, previous } = checkpoint
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
    certificate: certificate.map(({ validator, signature }) => ({
      validator: toHex(validator),
      signature: toHex(signature),
    })),
  }
}

function decodedOf(row: CheckpointRow) {
  const checkpoint = decodeCheckpoint(row.bytes)
  const certificate = decodeCertificate(row.certificate)
  if (!checkpoint.ok || !certificate.ok) {
    throw new NodeError('STATE_DAMAGED', `the record of checkpoint ${row.seq} is damaged`, {
      hint: 'Keep a copy of the data folder and restore it from a backup or by synchronising anew.',
    })
  }
  return { checkpoint: checkpoint.value, certificate: certificate.value }
}

function unknownCheckpoint(): NodeError {
  return new NodeError('CHECKPOINT_UNKNOWN', 'this node has no such checkpoint', {
    hint: 'The first comes within seconds of the first transaction; see `node status` for the newest.',
  })
}
