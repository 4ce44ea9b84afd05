/**
 * What a node trusts before it asks anybody: its genesis, the last checkpoint it certified itself, or one whose hash a person was
 * given. Whatever it is, it has to be younger than the trust period: who validated before may have taken the stake back, and sold
 * the keys. Source: docs/protocol.md, "Joining".
 */
import { type Checkpoint, checkpointHash, validatorSetHash } from '../../consensus/index.ts'
import { equalBytes, fromHex } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { genesisEpoch, trustPeriodOf } from '../../ledger/index.ts'
import type { Chain } from '../chain.ts'
import { validatorsOf } from '../validator-sets.ts'
import type { Anchor } from './epoch-walk.ts'
import type { SyncMessages } from './messages.ts'

/** A checkpoint that a person vouches for: its number and its hash. */
export interface GivenAnchor {
  readonly seq: number
  readonly hash: Uint8Array
}

/** `number:hash`, as `node status` shows them. @throws NodeError TRUST_ANCHOR_INVALID */
export function parseAnchor(text: string): GivenAnchor {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  const hash = match === null ? undefined : fromHex(match[2] as string)
  if (match === null || hash === undefined) {
    throw new NodeError(
      'TRUST_ANCHOR_INVALID',
      'a checkpoint to trust is its number, a colon and its hash in 64 hex digits',
      {
        hint: 'Ask somebody you trust for what `qudag node status --json` shows as checkpoint on a node of theirs.',
      },
    )
  }
  return { seq: Number(match[1]), hash }
}

export function genesisAnchor({ genesis, chainId }: Pick<Chain, 'genesis' | 'chainId'>): Anchor {
  const { committee: validators, epoch } = genesisEpoch(genesis)
  return { kind: 'genesis', hash: chainId, atMs: genesis.startTimeMs, epoch, seq: 0, commitIndex: 0, validators }
}

/** @param validators who validate after it, where it is known that they do */
export function checkpointAnchor(
  chain: Pick<Chain, 'chainId'>,
  checkpoint: Checkpoint,
  validators: Anchor['validators'],
): Anchor {
  const { epoch, seq, commitIndex, commitTimeMs: atMs } = checkpoint
  return {
    kind: 'checkpoint',
    hash: checkpointHash(chain.chainId, checkpoint),
    atMs,
    epoch,
    seq,
    commitIndex,
    validators,
  }
}

/** What a peer answers about the checkpoint that was given; undefined where it is another, or says who validates wrongly. */
export function givenAnchor(
  chain: Pick<Chain, 'chainId'>,
  given: GivenAnchor,
  { certified: { checkpoint }, validators: set }: SyncMessages['checkpoint']['answer'],
): Anchor | undefined {
  if (checkpoint.seq !== given.seq || !equalBytes(checkpointHash(chain.chainId, checkpoint), given.hash))
    return undefined
  const validators = validatorsOf(set ?? [])
  if (!equalBytes(validatorSetHash(validators), checkpoint.nextValidatorsHash)) return undefined
  return checkpointAnchor(chain, checkpoint, validators)
}

/** Whether it is younger than the trust period. */
export function isFresh({ atMs }: Pick<Anchor, 'atMs'>, { genesis }: Pick<Chain, 'genesis'>, nowMs: number): boolean {
  return nowMs - atMs < trustPeriodOf(genesis.parameters)
}

/** @throws NodeError TRUST_ANCHOR_TOO_OLD */
export function requireFresh(
  anchor: Pick<Anchor, 'kind' | 'atMs'>,
  chain: Pick<Chain, 'genesis'>,
  nowMs: number,
): void {
  if (isFresh(anchor, chain, nowMs)) return
  const period = trustPeriodOf(chain.genesis.parameters)
  const ageMs = nowMs - anchor.atMs
  const what = anchor.kind === 'genesis' ? 'the genesis of this network' : 'the newest checkpoint this node knows'
  throw new NodeError('TRUST_ANCHOR_TOO_OLD', `${what} is older than what others say about it can be trusted by`, {
    hint: 'Ask somebody you trust for the number and hash of a recent checkpoint, and name it with --trust-checkpoint.',
    details: { ageMs, trustPeriodMs: period },
  })
}

/** Of two that are both trusted, the one that leaves less to prove. */
export function newer(a: Anchor, b: Anchor | null): Anchor {
  return b !== null && b.seq > a.seq ? b : a
}
