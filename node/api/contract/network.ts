/** The network as this node sees it, its checkpoints, and proofs against them for people who trust no node. */
import { z } from 'zod'
import { commonErrors, declareErrors, ledgerErrors, networkErrors } from './errors.ts'
import { procedure } from './scopes.ts'
import { accountName, amount, count, hash, timestamp } from './shapes.ts'

export const networkStats = z.object({
  /** Of the ledger, since its genesis. */
  commits: count,
  transactions: count,
  /** Admitted here and not final. */
  mempool: count,
  validators: count,
  peers: count,
  /** Admission to finality of the last transactions here, ms; null before the first. */
  finalityMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  journalRecords: count,
  storage: z.object({ bytes: count }),
})
export type NetworkStats = z.infer<typeof networkStats>

export const peer = z.object({ id: z.string(), address: z.string() })

export const checkpoint = z.object({
  seq: count,
  epoch: count,
  commitIndex: count,
  commitTime: timestamp,
  hash,
  stateRoot: hash,
  historyRoot: hash,
  consensusRoot: hash,
  nextValidatorsHash: hash,
  previous: hash,
  /** Signatures of more than two thirds of the stake over tag ‖ chainId ‖ canonical checkpoint; hex. */
  certificate: z.array(z.object({ validator: z.string(), signature: z.string() })),
})
export type Checkpoint = z.infer<typeof checkpoint>

export const accountProof = z.object({
  address: z.string(),
  checkpoint,
  /** Canonical account in hex; null where the ledger had none, which the proof then shows. */
  account: z.string().nullable(),
  /** Where the account stands in the state tree. */
  key: z.string(),
  /** Each change of validators since the genesis, oldest first: the checkpoint that closed the epoch, and who came then. */
  epochs: z.array(
    z.object({
      checkpoint,
      validators: z.array(z.object({ publicKey: z.string(), stake: amount })),
    }),
  ),
  /** Hashes beside the path, from the root down. */
  siblings: z.array(z.string()),
  /** The leaf at its end, of this key or, to prove absence, of another; null for an empty place. */
  end: z.object({ key: z.string(), valueHash: z.string() }).nullable(),
})
export type AccountProof = z.infer<typeof accountProof>

const { ADDRESS_INVALID, ADDRESS_WRONG_NETWORK } = ledgerErrors
const { CHECKPOINT_UNKNOWN, PROOF_VALIDATORS_UNKNOWN } = networkErrors
const plain = declareErrors(commonErrors)
const tags = ['Network']

export const networkContract = {
  /** Validators this one is connected to. Networks of one validator have none. */
  peers: procedure('read')
    .route({ method: 'GET', path: '/network/peers', successStatus: 200, tags, summary: 'Connected peers' })
    .errors(plain)
    .output(z.object({ items: z.array(peer) })),
  stats: procedure('read')
    .route({ method: 'GET', path: '/network/stats', successStatus: 200, tags, summary: 'Counts and times' })
    .errors(plain)
    .output(networkStats),
  checkpoint: procedure('read')
    .route({
      method: 'GET',
      path: '/checkpoints/{seq}',
      successStatus: 200,
      tags,
      summary: 'A checkpoint with its certificate, by number or `latest`',
    })
    .errors(declareErrors({ ...commonErrors, CHECKPOINT_UNKNOWN }))
    .input(z.strictObject({ seq: z.union([z.literal('latest'), count]) }))
    .output(checkpoint),
  accountProof: procedure('read')
    .route({
      method: 'GET',
      path: '/proofs/accounts/{account}',
      successStatus: 200,
      tags,
      summary: 'Proof of an account, or of its absence, against the latest checkpoint',
    })
    .errors(
      declareErrors({
        ...commonErrors,
        CHECKPOINT_UNKNOWN,
        PROOF_VALIDATORS_UNKNOWN,
        ADDRESS_INVALID,
        ADDRESS_WRONG_NETWORK,
      }),
    )
    .input(z.strictObject({ account: accountName }))
    .output(accountProof),
}
