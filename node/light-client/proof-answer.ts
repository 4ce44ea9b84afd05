/** From what a node answers to a proof to keep and to hand on. */
import type { AccountProof, Checkpoint as CheckpointAnswer } from '../api/contract/index.ts'
import type { Checkpoint, CheckpointCertificate } from '../consensus/checkpoint.ts'
import { fromHex } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type AccountId, addressPrefixes, parseAddress } from '../ledger/address.ts'
import type { NetworkKind } from '../ledger/parameters.ts'
import type { Proof } from './proof.ts'

export type ProofAnswerError =
  /** Not what the contract says: hex that is none, an address of no network. */
  { code: 'PROOF_ANSWER_INVALID' }

/** @param chainId of the node, hex: the verifier compares it with the genesis */
export function proofFromAnswer(answer: AccountProof, chainId: string): Result<Proof, ProofAnswerError> {
  try {
    return ok({
      chainId: bytes(chainId),
      epochs: answer.epochs.map((step) => ({
        checkpoint: checkpointOf(step.checkpoint),
        certificate: certificateOf(step.checkpoint),
        validators: step.validators.map(({ publicKey, stake }) => ({
          publicKey: bytes(publicKey),
          stakeMicroRuv: BigInt(stake),
        })),
      })),
      checkpoint: checkpointOf(answer.checkpoint),
      certificate: certificateOf(answer.checkpoint),
      claim: {
        kind: 'account',
        account: accountOf(answer.address),
        value: answer.account === null ? null : bytes(answer.account),
        path: {
          siblings: answer.siblings.map(bytes),
          end: answer.end === null ? null : { key: bytes(answer.end.key), valueHash: bytes(answer.end.valueHash) },
        },
      },
    })
  } catch {
    return err({ code: 'PROOF_ANSWER_INVALID' })
  }
}

function checkpointOf(answer: CheckpointAnswer): Checkpoint {
  const { epoch, seq, commitIndex, commitTime } = answer
  return {
    epoch,
    seq,
    commitIndex,
    commitTimeMs: Date.parse(commitTime),
    stateRoot: bytes(answer.stateRoot),
    historyRoot: bytes(answer.historyRoot),
    consensusRoot: bytes(answer.consensusRoot),
    nextValidatorsHash: bytes(answer.nextValidatorsHash),
    previous: bytes(answer.previous),
  }
}

function certificateOf({ certificate }: CheckpointAnswer): CheckpointCertificate {
  return certificate.map(({ validator, signature }) => ({ validator: bytes(validator), signature: bytes(signature) }))
}

function accountOf(address: string): AccountId {
  for (const kind of Object.keys(addressPrefixes) as NetworkKind[]) {
    const parsed = parseAddress(kind, address)
    if (parsed.ok) return parsed.value
  }
  throw new TypeError('an address of no network')
}

function bytes(hex: string): Uint8Array {
  const read = fromHex(hex)
  if (read === undefined) throw new TypeError('not hex')
  return read
}
