import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Checkpoint,
  type CheckpointCertificate,
  checkpointHash,
  checkpointMessage,
  validatorSetHash,
} from '../consensus/checkpoint.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { defaultSignatureBackend } from '../crypto/index.ts'
import { accountCodec } from '../ledger/account.ts'
import { accountIdOf } from '../ledger/address.ts'
import { chainIdOf, type Genesis, validatorIdOf } from '../ledger/genesis.ts'
import { formatGenesis } from '../ledger/genesis-json.ts'
import { developmentParameters } from '../ledger/parameters.ts'
import { accountTreeKey, genesisState } from '../ledger/state.ts'
import { checkProofFile, formatProof, lightClientLimits, type Proof, parseProof, verifyProof } from './index.ts'

const backend = defaultSignatureBackend()
/** Four of the genesis, two that come later. */
const keys = Array.from({ length: 6 }, (_, number) => {
  const seed = new Uint8Array(32).fill(number + 1)
  const { publicKey } = backend.keygen('ML-DSA-65', seed)
  return { seed, publicKey, id: validatorIdOf(publicKey), stakeMicroRuv: BigInt(number === 0 ? 3_000_000 : 2_000_000) }
})
const startTimeMs = 1_750_000_000_000
const day = 86_400_000
const rich = accountIdOf('ML-DSA-65', (keys[0] as (typeof keys)[number]).publicKey)
const poor = accountIdOf('ML-DSA-65', (keys[1] as (typeof keys)[number]).publicKey)
const nobody = accountIdOf('ML-DSA-65', (keys[2] as (typeof keys)[number]).publicKey)
const genesis: Genesis = {
  kind: 'development',
  name: 'proofs',
  salt: new Uint8Array(32).fill(9),
  startTimeMs,
  validators: keys.slice(0, 4).map(({ publicKey, stakeMicroRuv }) => ({ publicKey, stakeMicroRuv })),
  allocations: [
    { account: rich, balanceMicroRuv: 5_000_000n },
    { account: poor, balanceMicroRuv: 7n },
  ],
  parameters: developmentParameters,
}
const chainId = chainIdOf(genesis)
const state = genesisState(genesis)
const snapshot = state.tree.snapshot()
const hashOf = (members: readonly (typeof keys)[number][]) => validatorSetHash(members)

function checkpointAt(epoch: number, more: Partial<Checkpoint> = {}): Checkpoint {
  const position = 10 * (epoch + 1)
  return {
    epoch,
    seq: position,
    commitIndex: 5 * position,
    commitTimeMs: startTimeMs + epoch * 600_000 + 2_000,
    stateRoot: snapshot.root(),
    historyRoot: new Uint8Array(32),
    consensusRoot: new Uint8Array(32).fill(1),
    nextValidatorsHash: hashOf(keys.slice(0, 4)),
    previous: chainId,
    ...more,
  }
}

function sign(checkpoint: Checkpoint, signers: readonly number[]): CheckpointCertificate {
  const message = checkpointMessage(chainId, checkpoint)
  return signers.map((number) => {
    const { id, seed } = keys[number] as (typeof keys)[number]
    return { validator: id, signature: backend.sign('ML-DSA-65', seed, message) }
  })
}

function claimOf(account: Uint8Array): Proof['claim'] {
  const key = accountTreeKey(account)
  const held = snapshot.get(key)
  return {
    kind: 'account',
    account,
    value: held?.kind === 'account' ? canonicalEncode(accountCodec, held.account) : null,
    path: snapshot.prove(key),
  }
}

function proofOf(account: Uint8Array, more: Partial<Proof> = {}): Proof {
  const checkpoint = checkpointAt(0)
  return { chainId, epochs: [], checkpoint, certificate: sign(checkpoint, [0, 1, 2]), claim: claimOf(account), ...more }
}

const nowMs = startTimeMs + day
const codeOf = (proof: Proof, options: Partial<Parameters<typeof verifyProof>[2]> = {}) => {
  const verdict = verifyProof(proof, genesis, { nowMs, ...options })
  return verdict.ok ? 'ok' : verdict.error.code
}
const sound = proofOf(rich)

/** The later two take the place of two of the first four, in two steps. */
function changing(): Proof {
  const second = [keys[0], keys[1], keys[2], keys[4]] as typeof keys
  const third = [keys[1], keys[2], keys[4], keys[5]] as typeof keys
  const closing = [
    checkpointAt(3, { nextValidatorsHash: hashOf(second) }),
    checkpointAt(7, { nextValidatorsHash: hashOf(third) }),
  ] as const
  const checkpoint = checkpointAt(9, { nextValidatorsHash: hashOf(third) })
  const validators = (members: typeof keys) =>
    members.map(({ publicKey, stakeMicroRuv }) => ({ publicKey, stakeMicroRuv }))
  return proofOf(rich, {
    epochs: [
      { checkpoint: closing[0], certificate: sign(closing[0], [0, 1, 3]), validators: validators(second) },
      { checkpoint: closing[1], certificate: sign(closing[1], [0, 2, 4]), validators: validators(third) },
    ],
    checkpoint,
    certificate: sign(checkpoint, [1, 4, 5]),
  })
}
const changed = changing()

describe('a proof', () => {
  it('shows what an account held, on the genesis alone', () => {
    const verdict = verifyProof(sound, genesis, { nowMs })
    expect(verdict).toMatchObject({
      ok: true,
      value: {
        value: { balanceMicroRuv: 5_000_000n, nonce: 0 },
        anchor: { kind: 'genesis', hash: chainId, timeMs: startTimeMs },
        ageMs: day,
        isAnchorOld: false,
        changes: 0,
        signedStakeMicroRuv: 7_000_000n,
        totalStakeMicroRuv: 9_000_000n,
      },
    })
  })

  it('shows that there is no account', () => {
    expect(verifyProof(proofOf(nobody), genesis, { nowMs })).toMatchObject({ ok: true, value: { value: null } })
  })

  it('reads back as it was written', () => {
    for (const proof of [sound, proofOf(nobody), changed]) {
      const text = formatProof(proof)
      const read = parseProof(text)
      expect(read).toEqual({ ok: true, value: proof })
    }
  })

  it('follows every change of validators to those who signed', () => {
    expect(verifyProof(changed, genesis, { nowMs })).toMatchObject({ ok: true, value: { changes: 2 } })
  })
})

describe('a proof that proves nothing', () => {
  const { checkpoint } = sound

  it('is of another network', () => {
    const other = { ...genesis, salt: new Uint8Array(32).fill(8) }
    expect(verifyProof(sound, other, { nowMs })).toEqual({ ok: false, error: { code: 'PROOF_CHAIN_MISMATCH' } })
    // Even where it claims to be of this one, its signatures are not.
    const claimed = { ...sound, chainId: chainIdOf(other) }
    expect(verifyProof(claimed, other, { nowMs })).toMatchObject({ error: { code: 'PROOF_SIGNATURE_INVALID' } })
  })

  it('has two thirds of the stake or less, by stake and not by heads', () => {
    // Q is 6,000,001 of 9,000,000.
    expect(codeOf({ ...sound, certificate: sign(checkpoint, [1, 2, 3]) })).toBe('PROOF_STAKE_TOO_SMALL')
    expect(codeOf({ ...sound, certificate: sign(checkpoint, [0, 1]) })).toBe('PROOF_STAKE_TOO_SMALL')
    expect(codeOf({ ...sound, certificate: [] })).toBe('PROOF_STAKE_TOO_SMALL')
    expect(codeOf({ ...sound, certificate: sign(checkpoint, [0, 1, 2, 3]) })).toBe('ok')
  })

  it('names a signer twice, or a stranger', () => {
    expect(codeOf({ ...sound, certificate: sign(checkpoint, [0, 0, 1, 2]) })).toBe('PROOF_SIGNER_UNKNOWN')
    expect(codeOf({ ...sound, certificate: sign(checkpoint, [0, 1, 2, 4]) })).toBe('PROOF_SIGNER_UNKNOWN')
  })

  it('has one wrong signature, others being enough', () => {
    const certificate = sign(checkpoint, [0, 1, 2, 3])
    const [first, second, ...rest] = certificate as [CheckpointCertificate[0], CheckpointCertificate[0]]
    const swapped = [{ ...first, signature: second.signature }, second, ...rest]
    expect(codeOf({ ...sound, certificate: swapped })).toBe('PROOF_SIGNATURE_INVALID')
    expect(codeOf({ ...sound, checkpoint: { ...checkpoint, seq: 11 } })).toBe('PROOF_SIGNATURE_INVALID')
  })

  it('says of an account what the state does not', () => {
    const claim = (more: object) => codeOf({ ...sound, claim: { ...sound.claim, ...more } })
    expect(claim({ value: claimOf(poor).value })).toBe('PROOF_VALUE_MISMATCH')
    expect(claim({ value: null })).toBe('PROOF_VALUE_MISMATCH')
    expect(claim({ account: poor })).toBe('PROOF_PATH_INVALID')
    expect(claim({ path: { ...sound.claim.path, siblings: [] } })).toBe('PROOF_PATH_INVALID')
    expect(claim({ account: rich.slice(1) })).toBe('PROOF_ACCOUNT_INVALID')
    expect(codeOf({ ...sound, claim: { ...claimOf(nobody), value: sound.claim.value } })).toBe('PROOF_VALUE_MISMATCH')
  })

  it('leaves out a change of validators, or has another list than was signed', () => {
    const [first, second] = changed.epochs as [Proof['epochs'][0], Proof['epochs'][0]]
    expect(codeOf({ ...changed, epochs: [first] })).toBe('PROOF_SIGNER_UNKNOWN')
    expect(codeOf({ ...changed, epochs: [second] })).toBe('PROOF_SIGNER_UNKNOWN')
    expect(codeOf({ ...changed, epochs: [second, first] })).toMatch(/^PROOF_/)
    const validators = first.validators.map((member) => ({ ...member, stakeMicroRuv: 1n }))
    expect(codeOf({ ...changed, epochs: [{ ...first, validators }, second] })).toBe('PROOF_VALIDATORS_MISMATCH')
  })

  it('is signed for an epoch in which others validate', () => {
    const [first] = changed.epochs as [Proof['epochs'][0]]
    // The second committee signs as of the epoch that the first one closed, or before.
    for (const epoch of [3, 2]) {
      const late = checkpointAt(epoch, { seq: 99, commitIndex: 999, commitTimeMs: startTimeMs + day })
      const proof = { ...changed, epochs: [first], checkpoint: late, certificate: sign(late, [0, 1, 4]) }
      expect(codeOf(proof)).toBe('PROOF_EPOCH_ORDER')
    }
  })
})

describe('what a proof rests on', () => {
  const trustPeriodMs = genesis.parameters.unbondingMs / 2

  it('is old from half the unbonding time on, and then takes a word of its own', () => {
    expect(codeOf(sound, { nowMs: startTimeMs + trustPeriodMs - 1 })).toBe('ok')
    const old = { nowMs: startTimeMs + trustPeriodMs }
    expect(codeOf(sound, old)).toBe('PROOF_ANCHOR_OLD')
    expect(verifyProof(sound, genesis, { ...old, allowsOldAnchor: true })).toMatchObject({
      value: { isAnchorOld: true },
    })
  })

  it('may be a recent checkpoint that is in it', () => {
    const [first] = changed.epochs as [Proof['epochs'][0]]
    const anchor = checkpointHash(chainId, first.checkpoint)
    const late = first.checkpoint.commitTimeMs + trustPeriodMs - 1
    expect(verifyProof(changed, genesis, { nowMs: late, anchor })).toMatchObject({
      value: { anchor: { kind: 'checkpoint', hash: anchor }, ageMs: trustPeriodMs - 1 },
    })
    expect(codeOf(changed, { nowMs: late })).toBe('PROOF_ANCHOR_OLD')
    expect(codeOf(changed, { anchor: chainId })).toBe('PROOF_ANCHOR_UNKNOWN')
  })
})

describe('a proof as a file', () => {
  const genesisText = formatGenesis(genesis)
  const check = (text: string) => {
    const checked = checkProofFile(text, genesisText, { nowMs })
    return checked.ok ? 'ok' : checked.error.code
  }
  const text = formatProof(sound)

  it('is checked with the genesis file', () => {
    expect(checkProofFile(text, genesisText, { nowMs })).toMatchObject({
      ok: true,
      value: { network: { kind: 'development', name: 'proofs' }, address: expect.stringMatching(/^ruvd1/) },
    })
    expect(checkProofFile(text, '{}', { nowMs })).toMatchObject({ error: { code: 'GENESIS_FILE_INVALID' } })
  })

  it('has one form: no spaces more, no other order, no field more or twice', () => {
    const file = JSON.parse(text) as Record<string, unknown>
    const others = [
      ` ${text}`,
      text.trimEnd(),
      JSON.stringify(file),
      `${JSON.stringify({ ...file, more: 1 }, null, 2)}\n`,
      `${JSON.stringify(Object.fromEntries(Object.entries(file).reverse()), null, 2)}\n`,
      text.replace('"epochs": []', '"epochs": [],\n  "epochs": []'),
      text.replace(/"seq": 10/, '"seq": 1e1'),
      text.replace(/"chainId": "(.*)"/, (_, hex: string) => `"chainId": "${hex.toUpperCase()}"`),
    ]
    for (const other of others) {
      expect(other).not.toBe(text)
      expect(check(other)).toBe('PROOF_MALFORMED')
    }
  })

  it('fails with a code wherever a character is changed (property)', () => {
    for (const whole of [text, formatProof(changed)]) {
      const place = fc.oneof(fc.nat(whole.length - 1), fc.integer({ min: whole.length - 2_000, max: whole.length - 1 }))
      const character = fc.oneof(fc.constantFrom(...'0123456789abcdef'), fc.string({ minLength: 1, maxLength: 1 }))
      fc.assert(
        fc.property(place, character, (at, other) => {
          fc.pre(whole[at] !== other)
          expect(check(whole.slice(0, at) + other + whole.slice(at + 1))).toMatch(/^PROOF_[A-Z_]+$/)
        }),
        { seed: 4, numRuns: 150 },
      )
    }
  })

  it('never throws on what is no proof (fuzz)', () => {
    const mangled = fc
      .tuple(fc.nat(text.length), fc.nat(200), fc.string({ maxLength: 40 }))
      .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mangled), (other) => {
        fc.pre(other !== text)
        expect(check(other)).toMatch(/^PROOF_[A-Z_]+$/)
      }),
      { seed: 5, numRuns: 500 },
    )
  })

  it('is refused before it is parsed where it is too long', () => {
    expect(check(' '.repeat(lightClientLimits.maxProofChars + 1))).toBe('PROOF_TOO_LONG')
    const many = {
      ...sound,
      epochs: Array.from({ length: lightClientLimits.maxEpochSteps + 1 }, () => changed.epochs[0]),
    }
    expect(
      parseProof(
        formatProof({
          ...many,
          epochs: many.epochs.map((step) => ({ ...step, certificate: [], validators: [] })),
        } as never),
      ),
    ).toMatchObject({ error: { code: 'PROOF_MALFORMED' } })
    expect(check('['.repeat(100_000))).toBe('PROOF_MALFORMED')
  })
})
