/**
 * A proof as a file: what was signed, by whom, and the path from there to an account. Self-contained but for the genesis.
 * A file has exactly one text: whatever reads otherwise is refused, so no byte of it can change unnoticed.
 */
import type { Checkpoint, CheckpointCertificate } from '../consensus/checkpoint.ts'
import { fromHex, toHex } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { StateProof } from '../ledger/state-tree.ts'
import { lightClientLimits } from './limits.ts'

/** The checkpoint that closed an epoch after which others validated, and these others. */
export interface EpochStep {
  readonly checkpoint: Checkpoint
  readonly certificate: CheckpointCertificate
  readonly validators: readonly { readonly publicKey: Uint8Array; readonly stakeMicroRuv: bigint }[]
}

export interface AccountClaim {
  readonly kind: 'account'
  /** 33 bytes. */
  readonly account: Uint8Array
  /** Canonical account; null where the ledger had none. */
  readonly value: Uint8Array | null
  readonly path: StateProof
}

export interface Proof {
  readonly chainId: Uint8Array
  /** Oldest first; empty while those of the genesis validate. */
  readonly epochs: readonly EpochStep[]
  /** The one whose state is proven. */
  readonly checkpoint: Checkpoint
  readonly certificate: CheckpointCertificate
  readonly claim: AccountClaim
}

export type ProofFormatError =
  /** More characters than any honest proof has. */
  | { code: 'PROOF_TOO_LONG' }
  /** Not JSON, a field missing, unknown or of another form, or not written as `formatProof` writes. */
  | { code: 'PROOF_MALFORMED'; reason: string }

const format = 'qudag-proof-1'

/** Two spaces, a line feed at the end. */
export function formatProof({ chainId, epochs, checkpoint, certificate, claim }: Proof): string {
  const file = {
    format,
    chainId: toHex(chainId),
    epochs: epochs.map((step) => ({
      checkpoint: checkpointToJson(step.checkpoint),
      certificate: certificateToJson(step.certificate),
      validators: step.validators.map(({ publicKey, stakeMicroRuv }) => ({
        publicKey: toHex(publicKey),
        stakeMicroRuv: stakeMicroRuv.toString(),
      })),
    })),
    checkpoint: checkpointToJson(checkpoint),
    certificate: certificateToJson(certificate),
    claim: {
      kind: claim.kind,
      account: toHex(claim.account),
      value: claim.value === null ? null : toHex(claim.value),
      siblings: claim.path.siblings.map(toHex),
      end:
        claim.path.end === null ? null : { key: toHex(claim.path.end.key), valueHash: toHex(claim.path.end.valueHash) },
    },
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

export function parseProof(text: string): Result<Proof, ProofFormatError> {
  if (text.length > lightClientLimits.maxProofChars) return err({ code: 'PROOF_TOO_LONG' })
  let proof: Proof
  try {
    proof = readProof(JSON.parse(text))
  } catch (cause) {
    const reason = cause instanceof Malformed ? cause.message : 'not JSON'
    return err({ code: 'PROOF_MALFORMED', reason })
  }
  if (formatProof(proof) !== text) return err({ code: 'PROOF_MALFORMED', reason: 'not in its one form' })
  return ok(proof)
}

class Malformed extends Error {
  override readonly name = 'Malformed'
}

type Fields = Readonly<Record<string, unknown>>

function readProof(value: unknown): Proof {
  const root = fieldsOf(value, 'the file', ['format', 'chainId', 'epochs', 'checkpoint', 'certificate', 'claim'])
  if (root.format !== format) throw new Malformed(`format ${format} expected`)
  const claim = fieldsOf(root.claim, 'claim', ['kind', 'account', 'value', 'siblings', 'end'])
  if (claim.kind !== 'account') throw new Malformed('claim.kind is unknown')
  const end = claim.end === null ? null : fieldsOf(claim.end, 'claim.end', ['key', 'valueHash'])
  return {
    chainId: bytes(root.chainId, 'chainId'),
    epochs: listOf(root.epochs, 'epochs', lightClientLimits.maxEpochSteps).map((entry, index) => {
      const path = `epochs[${index}]`
      const step = fieldsOf(entry, path, ['checkpoint', 'certificate', 'validators'])
      return {
        checkpoint: readCheckpoint(step.checkpoint, `${path}.checkpoint`),
        certificate: readCertificate(step.certificate, `${path}.certificate`),
        validators: listOf(step.validators, `${path}.validators`, lightClientLimits.maxValidators).map((member) => {
          const validator = fieldsOf(member, `${path}.validators`, ['publicKey', 'stakeMicroRuv'])
          return {
            publicKey: bytes(validator.publicKey, `${path}.validators`),
            stakeMicroRuv: amount(validator.stakeMicroRuv, `${path}.validators`),
          }
        }),
      }
    }),
    checkpoint: readCheckpoint(root.checkpoint, 'checkpoint'),
    certificate: readCertificate(root.certificate, 'certificate'),
    claim: {
      kind: 'account',
      account: bytes(claim.account, 'claim.account'),
      value: claim.value === null ? null : bytes(claim.value, 'claim.value'),
      path: {
        siblings: listOf(claim.siblings, 'claim.siblings', 256).map((entry) => bytes(entry, 'claim.siblings')),
        end: end === null ? null : { key: bytes(end.key, 'claim.end'), valueHash: bytes(end.valueHash, 'claim.end') },
      },
    },
  }
}

const counts = ['epoch', 'seq', 'commitIndex', 'commitTimeMs'] as const
const hashes = ['stateRoot', 'historyRoot', 'consensusRoot', 'nextValidatorsHash', 'previous'] as const

function checkpointToJson(checkpoint: Checkpoint): Fields {
  return Object.fromEntries([
    ...counts.map((name) => [name, checkpoint[name]]),
    ...hashes.map((name) => [name, toHex(checkpoint[name])]),
  ])
}

function readCheckpoint(value: unknown, path: string): Checkpoint {
  const read = fieldsOf(value, path, [...counts, ...hashes])
  return Object.fromEntries([
    ...counts.map((name) => [name, count(read[name], `${path}.${name}`)]),
    ...hashes.map((name) => [name, hash(read[name], `${path}.${name}`)]),
  ]) as unknown as Checkpoint
}

function certificateToJson(certificate: CheckpointCertificate): readonly Fields[] {
  return certificate.map(({ validator, signature }) => ({ validator: toHex(validator), signature: toHex(signature) }))
}

function readCertificate(value: unknown, path: string): CheckpointCertificate {
  return listOf(value, path, lightClientLimits.maxValidators).map((entry) => {
    const { validator, signature } = fieldsOf(entry, path, ['validator', 'signature'])
    return { validator: bytes(validator, path), signature: bytes(signature, path) }
  })
}

function fieldsOf(value: unknown, path: string, names: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed(`${path}: an object expected`)
  const keys = Object.keys(value)
  if (keys.length !== names.length || !names.every((name) => keys.includes(name))) {
    throw new Malformed(`${path}: the fields ${names.join(', ')} expected`)
  }
  return value as Fields
}

function listOf(value: unknown, path: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed(`${path}: a list of at most ${most} expected`)
  return value
}

function bytes(value: unknown, path: string): Uint8Array {
  const read = typeof value === 'string' ? fromHex(value) : undefined
  if (read === undefined) throw new Malformed(`${path}: hex digits expected`)
  return read
}

function hash(value: unknown, path: string): Uint8Array {
  const read = bytes(value, path)
  if (read.length !== 32) throw new Malformed(`${path}: 32 bytes expected`)
  return read
}

function count(value: unknown, path: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Malformed(`${path}: a whole number expected`)
  return value as number
}

function amount(value: unknown, path: string): bigint {
  const read = typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n
  if (read < 1n || read >= 1n << 64n) throw new Malformed(`${path}: an amount above 0 expected`)
  return read
}
