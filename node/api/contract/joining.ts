/** Taking part in another network: its genesis is looked at first, then written into a data folder of its own. */
import { z } from 'zod'
import { commonErrors, declareErrors, joinErrors, peerErrors, settingsErrors } from './errors.ts'
import { contractLimits as limits } from './limits.ts'
import { procedure } from './scopes.ts'
import { amount, count, hash, timestamp } from './shapes.ts'

export const networkKindName = z.enum(['development', 'test', 'main'])

/** A network that may be joined, as its genesis says. */
export const networkOffer = z.object({
  /** Hash of the genesis. */
  chainId: hash,
  name: z.string(),
  kind: networkKindName,
  startedAt: timestamp,
  validators: count,
  /** All rUv that there is at the start. */
  supply: amount,
  hasFaucet: z.boolean(),
  /** Addresses that the link named. */
  peers: z.array(z.string()),
  /** Where its data goes, or is. */
  dataDir: z.string(),
  /** This node takes part in it now. */
  isCurrent: z.boolean(),
})
export type NetworkOfferShape = z.infer<typeof networkOffer>

export const knownNetwork = z.object({
  chainId: hash,
  name: z.string(),
  kind: networkKindName,
  dataDir: z.string(),
  isCurrent: z.boolean(),
})
export type KnownNetwork = z.infer<typeof knownNetwork>

/** The text of a genesis file, or a link to a network: one of them. */
const source = z.union([
  z.strictObject({ genesis: z.string().min(1).max(limits.maxGenesisCharacters) }),
  z.strictObject({ link: z.string().min(1).max(limits.maxNetworkLinkCharacters) }),
])
export type NetworkSource = z.infer<typeof source>

const { PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED, PEER_MISBEHAVED } = peerErrors
const { SETTINGS_FILE } = settingsErrors
const errors = declareErrors({
  ...commonErrors,
  ...joinErrors,
  ...{ PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED, PEER_MISBEHAVED, SETTINGS_FILE },
})

export const joiningContract = {
  /** That have a data folder here: the one this program began with, then those that were joined. */
  known: procedure('owner')
    .errors(declareErrors(commonErrors))
    .output(z.object({ items: z.array(knownNetwork) })),
  /** Writes nothing. */
  inspect: procedure('owner').errors(errors).input(z.strictObject({ source })).output(networkOffer),
  /** Writes the data folder; a node has to be started on it. The chain is the one that was shown and agreed to. */
  join: procedure('owner')
    .errors(errors)
    .input(z.strictObject({ source, chainId: hash }))
    .output(z.object({ chainId: hash, dataDir: z.string(), isNew: z.boolean(), peersLeft: z.array(z.string()) })),
}
