/** A proof and a genesis as texts, checked as a whole: what the command line and a web page show of it. */
import { toHex } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { formatAddress } from '../ledger/address.ts'
import { type GenesisFileError, parseGenesis } from '../ledger/genesis-json.ts'
import { type ProofFormatError, parseProof } from './proof.ts'
import { type ProofError, type Verdict, type VerifyOptions, verifyProof } from './verify-proof.ts'

export interface CheckedProof extends Verdict {
  readonly address: string
  readonly network: { readonly kind: string; readonly name: string; readonly chainId: string }
}

export function checkProofFile(
  proofText: string,
  genesisText: string,
  options: VerifyOptions,
): Result<CheckedProof, ProofFormatError | ProofError | GenesisFileError> {
  const genesis = parseGenesis(genesisText)
  if (!genesis.ok) return genesis
  const proof = parseProof(proofText)
  if (!proof.ok) return proof
  const verdict = verifyProof(proof.value, genesis.value, options)
  if (!verdict.ok) return err(verdict.error)
  const { kind, name } = genesis.value
  return ok({
    ...verdict.value,
    address: formatAddress(kind, verdict.value.account),
    network: { kind, name, chainId: toHex(proof.value.chainId) },
  })
}
