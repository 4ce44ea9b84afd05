/** `qudag proof`: what an account held, as a file that anybody can check offline with the genesis file alone. */
import type { Command } from 'commander'
import { formatRuv } from '../../core/amount.ts'
import { fromHex, toHex, utf8 } from '../../core/bytes.ts'
import {
  type CheckedProof,
  checkProofFile,
  formatProof,
  lightClientLimits,
  proofFromAnswer,
} from '../../light-client/index.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { fields, printable } from '../output.ts'
import { readFileUpTo, refuseExisting, writeNewFile } from '../private-files.ts'
import { action, examples, given, text } from './action.ts'

/** Longest genesis file, bytes: as the ledger reads it. */
const maxGenesisBytes = 12_000_000

export function addProofCommands(program: Command, environment: Environment): void {
  const proof = program.command('proof').description('show to people who trust no node what the ledger holds')

  const account = proof
    .command('account <address>')
    .description('write a proof of an account, or that there is none, as of the newest checkpoint')
    .option('--out <file>', 'where to write it (default: <address>.qudag-proof.json in this folder)')
  examples(account, 'proof account ruvd1…', 'proof account savings --out savings-proof.json')
  action(account, environment, ({ withNode, out }, options, name) =>
    withNode(async (client, signal) => {
      const answer = await client.network.accountProof({ account: given(name) }, { signal })
      const file = text(options, 'out') ?? `${answer.address}.qudag-proof.json`
      await refuseExisting(file)
      const { chainId } = await client.node.status(undefined, { signal })
      const made = proofFromAnswer(answer, chainId)
      if (!made.ok) throw new CliError(made.error.code, 'The node gave an answer that is no proof.')
      await writeNewFile(file, utf8(formatProof(made.value)))
      const { seq, commitTime } = answer.checkpoint
      const shown = { file, address: answer.address, exists: answer.account !== null, checkpoint: seq, commitTime }
      out.data(shown, () =>
        fields([
          ['File', file],
          ['Account', answer.address],
          ['Shows', answer.account === null ? 'that the ledger had no such account' : 'what the account held'],
          ['As of', `checkpoint ${seq}, ${commitTime}`],
        ]),
      )
      out.note(`Check it anywhere with: qudag proof verify ${file} --genesis <genesis.json>`)
    }),
  )

  const verify = proof
    .command('verify <file>')
    .description('check a proof offline, with the genesis file alone; no node is asked')
    .requiredOption('--genesis <file>', 'genesis file of the network, from a source you trust')
    .option('--anchor <hash>', 'hash of a recent checkpoint you trust, where the genesis is old')
    .option('--allow-old', 'go on although what is trusted is older than the trust period')
  examples(
    verify,
    'proof verify savings-proof.json --genesis genesis.json',
    'proof verify proof.json --genesis genesis.json --json',
  )
  action(verify, environment, async ({ out }, options, file) => {
    const anchor = anchorOf(text(options, 'anchor'))
    const [proofText, genesisText] = await Promise.all([
      textOf(given(file), lightClientLimits.maxProofChars),
      textOf(given(text(options, 'genesis')), maxGenesisBytes),
    ])
    const checked = checkProofFile(proofText, genesisText, {
      nowMs: Date.now(),
      anchor,
      allowsOldAnchor: options.allowOld === true,
    })
    if (!checked.ok) throw refusal(checked.error)
    out.data(shownOf(checked.value), () => told(checked.value))
    if (checked.value.isAnchorOld) {
      out.note(
        'What this rests on is older than the trust period: those who validated then may have sold their keys since.',
      )
    }
  })
}

async function textOf(file: string, maxBytes: number): Promise<string> {
  // A byte that is no UTF-8 becomes U+FFFD, which no proof and no genesis has.
  return new TextDecoder().decode(await readFileUpTo(file, maxBytes))
}

function anchorOf(hex: string | undefined): Uint8Array | undefined {
  if (hex === undefined) return undefined
  const hash = fromHex(hex)
  if (hash?.length !== 32) throw usageError('--anchor takes the hash of a checkpoint: 64 hex digits.')
  return hash
}

function shownOf(proof: CheckedProof) {
  const { address, network, value, checkpoint, anchor, ageMs, trustPeriodMs, changes } = proof
  return {
    valid: true,
    address,
    network,
    account: value === null ? null : { balance: value.balanceMicroRuv.toString(), nonce: value.nonce },
    checkpoint: {
      seq: checkpoint.seq,
      epoch: checkpoint.epoch,
      commitIndex: checkpoint.commitIndex,
      commitTime: new Date(checkpoint.commitTimeMs).toISOString(),
      hash: toHex(proof.checkpointHash),
      signedStake: proof.signedStakeMicroRuv.toString(),
      totalStake: proof.totalStakeMicroRuv.toString(),
    },
    anchor: { kind: anchor.kind, hash: toHex(anchor.hash), time: new Date(anchor.timeMs).toISOString() },
    anchorAgeMs: ageMs,
    trustPeriodMs,
    validatorChanges: changes,
  }
}

function told(proof: CheckedProof): string {
  const { address, network, value, checkpoint, anchor, ageMs, trustPeriodMs } = proof
  return fields([
    ['Proof', 'valid'],
    ['Account', address],
    ['Balance', value === null ? 'the ledger had no such account' : `${formatRuv(value.balanceMicroRuv)} rUv`],
    ['Next nonce', value === null ? undefined : String(value.nonce)],
    ['As of', `${new Date(checkpoint.commitTimeMs).toISOString()}, checkpoint ${checkpoint.seq}`],
    ['Signed by', `${(proof.signedStakeMicroRuv * 100n) / proof.totalStakeMicroRuv} % of the stake`],
    ['Network', `${printable(network.name)} (${network.kind}), chain ${network.chainId}`],
    ['Rests on', `${anchor.kind} ${toHex(anchor.hash)}`],
    ['Its age', `${days(ageMs)}; trusted for ${days(trustPeriodMs)}`],
  ])
}

function days(ms: number): string {
  return ms < 86_400_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} days`
}

const meanings: Readonly<Record<string, string>> = {
  PROOF_TOO_LONG: 'The file is longer than any proof.',
  PROOF_MALFORMED: 'The file is no proof, or was changed.',
  PROOF_CHAIN_MISMATCH: 'The proof is of another network than the genesis file.',
  PROOF_EPOCH_ORDER: 'The checkpoints in the proof do not follow each other.',
  PROOF_SIGNER_UNKNOWN: 'The proof is signed by somebody who did not validate then, or names a signer twice.',
  PROOF_SIGNATURE_INVALID: 'A signature in the proof is not valid.',
  PROOF_STAKE_TOO_SMALL: 'Two thirds of the stake or less have signed.',
  PROOF_VALIDATORS_MISMATCH: 'The validators in the proof are not those that the checkpoint before names.',
  PROOF_ANCHOR_UNKNOWN: 'The hash to trust is of no checkpoint in the proof.',
  PROOF_ANCHOR_OLD: 'What the proof rests on is older than the trust period.',
  PROOF_PATH_INVALID: 'The path in the proof does not lead to the state that was signed.',
  PROOF_VALUE_MISMATCH: 'The account in the proof is not what was signed.',
  PROOF_ACCOUNT_INVALID: 'The proof names an account of an unknown kind.',
  GENESIS_FILE_INVALID: 'The genesis file is not valid, or was changed.',
  GENESIS_INVALID: 'The genesis file describes no sound network.',
}

function refusal(error: { readonly code: string; readonly reason?: string }): CliError {
  const hint =
    error.code === 'PROOF_ANCHOR_OLD'
      ? 'Give the hash of a recent checkpoint that you trust with --anchor, or --allow-old where that is enough for you.'
      : 'Believe nothing of it. Ask for the proof again.'
  const reason = error.reason === undefined ? '' : ` (${error.reason})`
  return new CliError(error.code, `${meanings[error.code] ?? 'The proof does not hold.'}${reason}`, { hint })
}
